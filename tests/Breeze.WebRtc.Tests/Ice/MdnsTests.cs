using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Ice.Mdns;

namespace Breeze.WebRtc.Tests.Ice;

public sealed class MdnsTests
{
    const string Name = "0f0e0d0c-1111-2222-3333-444455556666.local";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The answer of a browser: no question, one address.</summary>
    static byte[] Answer(string name, byte[] address) =>
    [
        0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. MdnsName.Write(name), 0, (byte)(address.Length == 4 ? 1 : 28), 0x80, 1, 0, 0, 0, 120, 0, (byte)address.Length, .. address,
    ];

    [Fact]
    public void An_answer_gives_its_address()
    {
        MdnsMessage.Addresses(Answer(Name, [192, 0, 2, 8]), Name.ToUpperInvariant()).ShouldBe([IPAddress.Parse("192.0.2.8")]);
        MdnsMessage.Addresses(Answer(Name, IPAddress.Parse("2001:db8::8").GetAddressBytes()), Name).ShouldBe([IPAddress.Parse("2001:db8::8")]);
        MdnsMessage.Addresses(Answer("other.local", [192, 0, 2, 8]), Name).ShouldBeEmpty();
        MdnsMessage.Addresses(MdnsMessage.Questions(Name)[0], Name).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a.local", true)]
    [InlineData(Name, true)]
    [InlineData(".local", false)]
    [InlineData("a.b.local", false)]
    [InlineData("a.example", false)]
    [InlineData("a\0b.local", false)]
    public void Only_names_that_browsers_make_up_are_asked_for(string name, bool proper) => MdnsName.IsProper(name).ShouldBe(proper);

    [Fact]
    public void Broken_answers_are_harmless()
    {
        var random = new Random(8);
        // The name of the record points back into the question.
        byte[] compressed = [0, 0, 0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0, .. MdnsName.Write(Name), 0, 1, 0, 1, 0xC0, 12, 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 192, 0, 2, 8];
        MdnsMessage.Addresses(compressed, Name).Count.ShouldBe(1);
        for (var i = Fuzz.Rounds(20_000); i > 0; i--)
        {
            MdnsMessage.Addresses(Fuzz.Mutate(compressed, random), Name).Count.ShouldBeLessThanOrEqualTo(64);
        }
        // A name that points at itself.
        MdnsMessage.Addresses([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xC0, 12, 0, 1], Name).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_candidate_under_a_local_name_is_found_by_asking_the_network()
    {
        using var responder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        responder.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        responder.Bind(new IPEndPoint(IPAddress.Any, 5353));
        var group = IPAddress.Parse("224.0.0.251");
        responder.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, IPAddress.Loopback));
        responder.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        var asked = Task.Run(
            async () =>
            {
                var buffer = new byte[2000];
                var question = MdnsMessage.Questions(Name)[0];
                while (true)
                {
                    var read = await responder.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Cancel);
                    if (buffer.AsSpan(0, read.ReceivedBytes).SequenceEqual(question))
                    {
                        await responder.SendToAsync(Answer(Name, [127, 0, 0, 1]), new IPEndPoint(group, 5353), Cancel);
                        return;
                    }
                }
            },
            Cancel);
        (await new MdnsResolver(TimeProvider.System).ResolveAsync(Name, Cancel)).ShouldBe(IPAddress.Loopback);
        await asked;
    }
}
