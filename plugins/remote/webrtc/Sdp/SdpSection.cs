namespace Breeze.WebRtc.Sdp;

/// <summary>One media section of a description. An answer has as many as its offer, in the same order.</summary>
/// <param name="Media">As <c>application</c> or <c>audio</c>.</param>
/// <param name="Protocol">As <c>UDP/DTLS/SCTP</c>.</param>
/// <param name="Formats">The rest of the line.</param>
/// <param name="Mid">Its name; empty when it has none.</param>
/// <param name="Data">The transport of data channels; null when the section is of another kind or refused.</param>
sealed record SdpSection(string Media, string Protocol, string Formats, string Mid, SdpDataSection? Data);
