namespace Breeze.WebRtc.Stun;

/// <summary>The class of a message: the two bits C1 and C0 where RFC 8489, 5 puts them in the type.</summary>
enum StunClass : ushort
{
    Request = 0x000,
    Indication = 0x010,
    Success = 0x100,
    Error = 0x110,
}
