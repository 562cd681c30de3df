using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Unit.Native;

public sealed class NativeRegionTests
{
    [Test]
    public void IsZeroedAndWholePagesLong()
    {
        using NativeRegion region = NativeRegion.Allocate(5000);

        Assert.That(region.Length, Is.EqualTo((nuint)8192));
        Assert.That(region.Bytes(0, 8192).IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
    }

    [Test]
    public void EndsAtAnInaccessiblePage()
    {
        using NativeRegion region = NativeRegion.Allocate(4096);
        nint end = region.Address + (nint)region.Length;

        // "start-end rwxp ...", proc_pid_maps(5)
        string behind = File.ReadLines("/proc/self/maps").Single(line => line.StartsWith($"{end:x}-", StringComparison.Ordinal));

        Assert.That(behind.Split(' ')[1], Is.EqualTo("---p"));
    }

    [Test]
    public void RefusesViewsBeyondItsEnd()
    {
        using NativeRegion region = NativeRegion.Allocate(4096);

        Assert.That(() => region.Bytes(4000, 97).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => region.Bytes(nuint.MaxValue, 1).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => region.Bytes(0, -1).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(region.Bytes(4000, 96).Length, Is.EqualTo(96));
    }

    [Test]
    public void ServesWithOtherPagesWhereNoneAreReserved()
    {
        const int Pages = 1 << 12;      // eight gibibytes: nobody has reserved these
        using NativeRegion region = NativeRegion.Allocate(unchecked((nuint)Pages * HugePages.Size), PageKind.Reserved);

        region.Bytes(region.Length - 1, 1)[0] = 1;

        Assert.That(region.Pages, Is.Not.EqualTo(PageKind.Reserved));
    }

    [Test]
    public void SaysWhatToDoWhenThereIsNoSuchMemory() =>
        Assert.That(() => NativeRegion.Allocate(nuint.MaxValue / 4),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("mmap(").And.Message.Contains("ENOMEM").And.Message.Contains("frames"));
}
