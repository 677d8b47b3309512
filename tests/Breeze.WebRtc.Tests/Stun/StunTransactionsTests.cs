using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Tests.Stun;

public sealed class StunTransactionsTests
{
    static readonly StunRetransmission Quick = new(TimeSpan.FromMilliseconds(5), 4, TimeSpan.FromMilliseconds(20));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static StunMessage Answer(StunTransactionId id, StunClass @class = StunClass.Success)
    {
        StunMessage.TryParse(new StunBuilder(@class, StunMethod.Binding, id).Build(), out var message).ShouldBeTrue();
        return message;
    }

    [Fact]
    public void Waits_double_and_the_last_is_the_longest()
    {
        var how = StunRetransmission.Datagrams;
        Enumerable.Range(1, how.Count).Select(n => how.After(n).TotalMilliseconds).ShouldBe([500, 1000, 2000, 4000, 3000]);
    }

    [Fact]
    public async Task A_lost_request_is_sent_again_until_the_answer_comes()
    {
        var transactions = new StunTransactions(TimeProvider.System);
        var id = StunTransactionId.Create();
        var sent = 0;
        var answer = await transactions.RequestAsync(
            id,
            () =>
            {
                if (++sent == 3)
                {
                    transactions.Deliver(Answer(id)).ShouldBeTrue();
                }
            },
            _ => true,
            Quick,
            Cancel);
        answer.ShouldNotBeNull();
        sent.ShouldBe(3);
        transactions.Count.ShouldBe(0);
        transactions.Deliver(Answer(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Silence_ends_after_the_last_sending()
    {
        var sent = 0;
        var transactions = new StunTransactions(TimeProvider.System);
        (await transactions.RequestAsync(StunTransactionId.Create(), () => sent++, _ => true, Quick, Cancel)).ShouldBeNull();
        sent.ShouldBe(4);
        transactions.Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_that_is_refused_is_as_if_it_had_not_come()
    {
        var transactions = new StunTransactions(TimeProvider.System);
        var id = StunTransactionId.Create();
        var request = transactions.RequestAsync(id, () => { }, m => m.Class == StunClass.Success, Quick with { First = TimeSpan.FromSeconds(5) }, Cancel);
        transactions.Deliver(Answer(id, StunClass.Error)).ShouldBeFalse();
        transactions.Deliver(Answer(StunTransactionId.Create())).ShouldBeFalse();
        transactions.Deliver(Answer(id)).ShouldBeTrue();
        (await request)!.Class.ShouldBe(StunClass.Success);
    }
}
