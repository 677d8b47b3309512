using Microsoft.Win32.SafeHandles;

namespace Breeze.Collectors.System;

/// <summary>A file of /proc, kept open and read from its start each time: half the cost of opening it again, and no garbage.</summary>
sealed class ProcFile(string path) : IDisposable
{
    const int Largest = 4 * 1024 * 1024;
    byte[] _buffer = new byte[4096];
    SafeFileHandle? _handle;

    /// <summary>The whole content, valid until the next read; empty when the kernel does not offer the file.</summary>
    public ReadOnlySpan<byte> Read()
    {
        try
        {
            _handle ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (RandomAccess.Read(_handle, _buffer.AsSpan(length), length) is var count and > 0)
            {
                length += count;
                if (length == _buffer.Length && length < Largest)
                    Array.Resize(ref _buffer, length * 2);
            }
            return _buffer.AsSpan(0, length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Dispose();
            return [];
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
