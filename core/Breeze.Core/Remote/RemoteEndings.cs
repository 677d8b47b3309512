namespace Breeze.Core.Remote;

/// <summary>Why a session ended, when the server says so.</summary>
public static class RemoteEndings
{
    public const string Closed = "closed";
    public const string Ended = "ended_by_person";
    public const string Revoked = "rights_revoked";
    public const string Idle = "idle";
    public const string TooLong = "too_long";
    public const string NoAnswer = "no_answer";
    public const string Lost = "lost";
    public const string Flood = "flood";

    /// <summary>The device's word: the person there said no, or the rules did in their stead.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>The device's word: the person there ended it.</summary>
    public const string EndedAtDevice = "ended_at_device";

    /// <summary>For a person: what happened, and what to do.</summary>
    public static string WordsOf(string reason) => reason switch
    {
        Ended => "Somebody with the right to do so ended this session.",
        Revoked => "The rights that this session needs are not held any more, or the sign-in that it ran in has ended.",
        Idle => "Nothing was done for half an hour. Start a new session to go on.",
        TooLong => "A session lasts at most twelve hours. Start a new one to go on.",
        NoAnswer => "The device did not answer within a minute. Look whether it is online, and try again.",
        Lost => "The connection was lost and did not come back in time. Start a new session to go on.",
        Flood => "More arrived than the session allows. If it happens again, tell your administrator.",
        NotAllowed => "The session was not allowed at the device.",
        EndedAtDevice => "The person at the device ended this session.",
        _ => "The session is over.",
    };
}
