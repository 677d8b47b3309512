using Breeze.Sdk;
using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>The slim bar at the top while sessions run: the latest one, with a button that ends it. There is one bar for all of them, so that they take no more room than one.</summary>
sealed class XBar(Func<XConnection> open)
{
    public const uint EndColour = 0xd63939;
    const uint Ground = 0x1b2434;
    const int Space = 12;
    static readonly TimeSpan Blind = TimeSpan.FromMilliseconds(700);
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly List<(PersonVisit Visit, TaskCompletionSource<bool> Over)> _sessions = [];
    CancellationTokenSource _changed = new();
    bool _isRunning;

    /// <summary>True when the person ended this session; false when there is no display, or none any more.</summary>
    public async Task<bool> ShowAsync(PersonVisit visit, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _sessions.Add((visit, over));
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }
        Change();
        try
        {
            return await over.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _sessions.RemoveAll(session => session.Over == over);
            Change();
        }
    }

    void Change()
    {
        CancellationTokenSource before;
        lock (_gate)
            (before, _changed) = (_changed, new());
        before.Cancel();
    }

    /// <summary>As long as there are sessions and a display.</summary>
    async Task RunAsync()
    {
        try
        {
            using var sheet = new XSheet(open(), Ground);
            while (Latest() is { } latest)
            {
                if (await ShowAsync(sheet, latest.Text, latest.Changed).ConfigureAwait(false))
                    latest.Over.TrySetResult(true);
            }
        }
        catch (Exception)
        {
            // Whoever was signed in has left, or the display says what no display should; those who show a session look for the next.
            Give();
        }
    }

    /// <summary>What is to be shown; null, and the end of this run, when there is nothing.</summary>
    (string Text, TaskCompletionSource<bool> Over, CancellationToken Changed)? Latest()
    {
        lock (_gate)
        {
            _sessions.RemoveAll(session => session.Over.Task.IsCompleted);
            if (_sessions.Count == 0)
            {
                _isRunning = false;
                return null;
            }
            var (visit, over) = _sessions[^1];
            return (PromptText.Running(visit) + (_sessions.Count == 1 ? "" : $" and {_sessions.Count - 1} more"), over, _changed.Token);
        }
    }

    void Give()
    {
        lock (_gate)
        {
            foreach (var session in _sessions)
                session.Over.TrySetResult(false);
            _sessions.Clear();
            _isRunning = false;
        }
    }

    /// <summary>True when the button was pressed; false when something else is to be shown.</summary>
    async Task<bool> ShowAsync(XSheet sheet, string text, CancellationToken changed)
    {
        var (type, place) = (sheet.Type, XPlace.Of(sheet.Display));
        var height = type.Height + 12;
        var buttonWidth = type.WidthOf(PromptText.End) + 2 * Space;
        var textWidth = type.WidthOf(text);
        var width = Math.Min(place.Width, textWidth + 3 * Space + buttonWidth);
        var end = new XButton(PromptText.End, EndColour, width - buttonWidth, 0, buttonWidth, height);
        sheet.ShowAt(place.X + (place.Width - width) / 2, place.Y, width, height);
        Draw();
        var (begun, isCovered) = (TimeProvider.System.GetTimestamp(), false);
        while (!changed.IsCancellationRequested)
        {
            XSheetEvent? happened;
            try
            {
                happened = await sheet.NextAsync(isCovered ? Tick : Timeout.InfiniteTimeSpan, changed).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            switch (happened?.Kind)
            {
                case XSheetEventKind.Exposed:
                    Draw();
                    break;
                case XSheetEventKind.Pressed when end.Contains(happened.Value.X, happened.Value.Y) && TimeProvider.System.GetElapsedTime(begun) > Blind:
                    return true;
                case XSheetEventKind.Covered:
                    // Not at once: two programs that both want to be in front would do nothing else.
                    isCovered = true;
                    break;
                case null:
                    isCovered = false;
                    sheet.Raise();
                    break;
            }
        }
        return false;

        void Draw()
        {
            sheet.Fill(0, 0, width, height, Ground);
            sheet.Write(Space, 6, text, XSheet.White, Ground);
            sheet.Draw(end);
        }
    }
}
