using System.Runtime.InteropServices;

namespace Breeze.Collectors.System;

/// <summary>
/// Asks the block storage drivers of macOS for their statistics, through the I/O Registry. Everything that a Create or Copy function of
/// Core Foundation or a Get function of IOKit's services hands out is released here. Written from the documentation; not run yet.
/// </summary>
static partial class MacDisks
{
    const string CoreFoundation = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";
    const string IoKit = "/System/Library/Frameworks/IOKit.framework/IOKit";
    const int MostDisks = 64;
    const uint Utf8 = 0x08000100;
    const int SInt64 = 4;
    const uint Recursively = 1;

    public static void Read(List<DiskFigures> disks)
    {
        // The matching dictionary is consumed by the call that uses it.
        if (IOServiceGetMatchingServices(0, IOServiceMatching("IOBlockStorageDriver"), out var drivers) != 0)
            return;
        try
        {
            while (disks.Count < MostDisks && IOIteratorNext(drivers) is var driver and not 0)
            {
                Add(driver, disks);
                _ = IOObjectRelease(driver);
            }
        }
        finally
        {
            _ = IOObjectRelease(drivers);
        }
    }

    static void Add(uint driver, List<DiskFigures> disks)
    {
        if (Property(driver, "BSD Name", Recursively) is var name and not 0)
        {
            var device = Text(name);
            CFRelease(name);
            if (device is not null && Property(driver, "Statistics", 0) is var statistics and not 0)
            {
                disks.Add(new DiskFigures(
                    device, Number(statistics, "Bytes (Read)"), Number(statistics, "Bytes (Write)"),
                    Number(statistics, "Operations (Read)"), Number(statistics, "Operations (Write)")));
                CFRelease(statistics);
            }
        }
    }

    static nint Property(uint entry, string name, uint options)
    {
        var key = CFStringCreateWithCString(0, name, Utf8);
        var value = IORegistryEntrySearchCFProperty(entry, "IOService", key, 0, options);
        CFRelease(key);
        return value;
    }

    static double Number(nint dictionary, string name)
    {
        var key = CFStringCreateWithCString(0, name, Utf8);
        // Borrowed from the dictionary, so not released.
        var value = CFDictionaryGetValue(dictionary, key);
        CFRelease(key);
        return value != 0 && CFNumberGetValue(value, SInt64, out var number) ? number : 0;
    }

    static string? Text(nint text)
    {
        var buffer = new byte[128];
        return CFStringGetCString(text, buffer, buffer.Length, Utf8) ? global::System.Text.Encoding.UTF8.GetString(buffer.AsSpan(0, Array.IndexOf(buffer, (byte)0))) : null;
    }

    [LibraryImport(IoKit, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint IOServiceMatching(string name);

    [LibraryImport(IoKit)]
    private static partial int IOServiceGetMatchingServices(uint mainPort, nint matching, out uint iterator);

    [LibraryImport(IoKit)]
    private static partial uint IOIteratorNext(uint iterator);

    [LibraryImport(IoKit)]
    private static partial int IOObjectRelease(uint handle);

    [LibraryImport(IoKit, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint IORegistryEntrySearchCFProperty(uint entry, string plane, nint key, nint allocator, uint options);

    [LibraryImport(CoreFoundation, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CFStringCreateWithCString(nint allocator, string text, uint encoding);

    [LibraryImport(CoreFoundation)]
    [return: MarshalAs(UnmanagedType.U1)]
    private static partial bool CFStringGetCString(nint text, [Out] byte[] buffer, nint size, uint encoding);

    [LibraryImport(CoreFoundation)]
    private static partial nint CFDictionaryGetValue(nint dictionary, nint key);

    [LibraryImport(CoreFoundation)]
    [return: MarshalAs(UnmanagedType.U1)]
    private static partial bool CFNumberGetValue(nint number, nint type, out long value);

    [LibraryImport(CoreFoundation)]
    private static partial void CFRelease(nint value);
}
