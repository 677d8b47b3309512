using System.Buffers.Binary;
using Breeze.Core.Storage;

namespace Breeze.Core.Metrics;

/// <summary>Rows of <c>device_metrics</c>.</summary>
sealed class MetricCopyBuffer : BinaryCopyBuffer
{
    const int Float8Oid = 701;

    public void Add(Guid deviceId, in Reading reading)
    {
        Row(4);
        Add(deviceId);
        AddTime(reading.AtMs);
        Add(reading.Layout.Id);
        var values = reading.Values;
        var span = Take(4 + 20 + values.Length * 12);
        BinaryPrimitives.WriteInt32BigEndian(span, span.Length - 4);
        var array = span[4..];
        // One dimension, no nulls, the element's type, so many from 1 on.
        BinaryPrimitives.WriteInt32BigEndian(array, 1);
        BinaryPrimitives.WriteInt32BigEndian(array[4..], 0);
        BinaryPrimitives.WriteInt32BigEndian(array[8..], Float8Oid);
        BinaryPrimitives.WriteInt32BigEndian(array[12..], values.Length);
        BinaryPrimitives.WriteInt32BigEndian(array[16..], 1);
        array = array[20..];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32BigEndian(array, 8);
            BinaryPrimitives.WriteDoubleBigEndian(array[4..], value);
            array = array[12..];
        }
    }
}
