namespace Breeze.WebRtc.Sdp;

/// <summary>An offer or answer (RFC 8866, 8829) as far as data channels go.</summary>
sealed record SdpDescription(ulong SessionId, ulong Version, IReadOnlyList<SdpSection> Sections)
{
    /// <summary>The first section for data channels.</summary>
    public SdpSection? DataSection => Sections.FirstOrDefault(s => s.Data is not null);

    public SdpDataSection? Data => DataSection?.Data;
}
