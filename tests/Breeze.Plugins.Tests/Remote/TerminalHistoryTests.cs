using System.Text;
using Breeze.Remote.Terminal;

namespace Breeze.Plugins.Tests.Remote;

public sealed class TerminalHistoryTests
{
    [Fact]
    public void It_keeps_the_last_lines_whole()
    {
        var history = new TerminalHistory(maximumLines: 3);
        foreach (var piece in (string[])["one\ntw", "o\nthree\nfour", "\nfi", "ve"])
            history.Append(Encoding.ASCII.GetBytes(piece));
        Text(history).ShouldBe("two\nthree\nfour\nfive");
    }

    [Fact]
    public void It_keeps_what_was_shown_last_however_it_comes()
    {
        const int Size = 5000;
        var random = new Random(7);
        var history = new TerminalHistory(maximumLines: 100, maximumBytes: Size);
        var all = new StringBuilder();
        for (var i = 0; i < 2000; i++)
        {
            var piece = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(20) == 0 ? '\n' : (char)random.Next('a', 'z')));
            all.Append(piece);
            history.Append(Encoding.ASCII.GetBytes(piece));
            var kept = Text(history);
            kept.Length.ShouldBeLessThanOrEqualTo(Size);
            kept.Count(c => c == '\n').ShouldBeLessThanOrEqualTo(100);
            all.ToString().ShouldEndWith(kept);
        }
        Text(history).Count(c => c == '\n').ShouldBe(100);
    }

    [Fact]
    public void A_line_without_an_end_does_not_grow_without_one()
    {
        var history = new TerminalHistory(maximumBytes: 1000);
        for (var i = 0; i < 100; i++)
            history.Append(new byte[99]);
        history.ToArray().Length.ShouldBeLessThanOrEqualTo(1000);
        history.Append(new byte[5000]);
        history.ToArray().Length.ShouldBe(1000);
    }

    static string Text(TerminalHistory history) => Encoding.ASCII.GetString(history.ToArray());
}
