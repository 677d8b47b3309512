using Breeze.Remote.Desktop.Frames;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>How good images are follows from how long frames take.</summary>
public sealed class PaceTests
{
    readonly Pace _pace = new();
    long _now;

    [Fact]
    public void A_narrow_connection_makes_images_worse_and_a_wide_one_better_however_long_the_way()
    {
        // Far away, but wide: what counts is what a frame takes beyond the way itself.
        Show(20, 300);
        var best = _pace.Quality;
        best.ShouldBe(85);
        Show(20, 700);
        var worst = _pace.Quality;
        worst.ShouldBe(30);
        Show(50, 300);
        _pace.Quality.ShouldBe(best);
    }

    [Fact]
    public void A_confirmation_counts_for_the_frames_before_it_and_one_of_nothing_for_none()
    {
        var first = _pace.Begin(0);
        var second = _pace.Begin(0);
        _pace.HasRoom.ShouldBeFalse();
        _pace.Shown(second + 5, 10);
        _pace.HasRoom.ShouldBeFalse();
        _pace.Shown(second, 10);
        _pace.IsIdle.ShouldBeTrue();
        _pace.Shown(first, 20);
        _pace.IsIdle.ShouldBeTrue();
    }

    void Show(int frames, int each)
    {
        for (var i = 0; i < frames; i++)
        {
            var number = _pace.Begin(_now);
            _now += each;
            _pace.Shown(number, _now);
        }
    }
}
