using Breeze.WebRtc.Dtls;

namespace Breeze.WebRtc.Tests.Dtls;

public sealed class DtlsRecordsTests
{
    static byte[] Record(byte type = 23, ushort version = 0xFEFD, ushort epoch = 1, int length = 24, int? says = null) =>
        [type, (byte)(version >> 8), (byte)version, (byte)(epoch >> 8), (byte)epoch, 0, 0, 0, 0, 0, 1, (byte)((says ?? length) >> 8), (byte)(says ?? length), .. new byte[length]];

    [Fact]
    public void Sound_records_pass_alone_and_together()
    {
        DtlsRecords.AreSound(Record(), clear: false).ShouldBeTrue();
        DtlsRecords.AreSound([.. Record(22, 0xFEFF, 0, 5), .. Record(20, epoch: 0, length: 1), .. Record(22)], clear: true).ShouldBeTrue();
    }

    [Fact]
    public void What_would_end_a_connection_does_not_pass()
    {
        byte[][] bad =
        [
            Record(length: 23), Record(version: 0xFEFE), Record(version: 0xFEFF), Record(version: 0x0303), Record(type: 24), Record(type: 25), Record(type: 19),
            Record(epoch: 0), Record(says: 25), [.. Record(), 1], [.. Record(), .. Record(epoch: 0)],
        ];
        bad.ShouldAllBe(b => !DtlsRecords.AreSound(b, false));
    }
}
