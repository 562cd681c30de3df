using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class HugePagesTests
{
    [Test]
    public void AreReservedAndUsed()
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists("/sys/kernel/mm/hugepages/hugepages-2048kB"))
        {
            Assert.Ignore("needs root and a kernel with huge pages");
        }

        int before = HugePages.Total;

        try
        {
            if (HugePages.Reserve(2L * HugePages.Size) < 2L * HugePages.Size)
            {
                Assert.Ignore("this machine's memory is too scattered for two huge pages");
            }

            using NativeRegion region = NativeRegion.Allocate(HugePages.Size + 1, PageKind.Reserved);
            region.Bytes(region.Length - 1, 1)[0] = 1;

            Assert.That((region.Pages, region.Length), Is.EqualTo((PageKind.Reserved, (nuint)(2 * HugePages.Size))));
        }
        finally
        {
            File.WriteAllText("/proc/sys/vm/nr_hugepages", $"{before}");
        }
    }
}
