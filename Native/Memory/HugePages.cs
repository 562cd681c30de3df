using System.Globalization;

namespace VRouter.Native;

/// <summary>The huge pages that the machine has set aside: 2 MiB each, shared by all programs.</summary>
public static class HugePages
{
    /// <summary>Bytes a page.</summary>
    public const int Size = 2 << 20;

    private const string Pool = "/sys/kernel/mm/hugepages/hugepages-2048kB/";

    /// <summary>Pages set aside, in use or not; 0 where the kernel has none.</summary>
    public static int Total => Read("nr_hugepages");

    /// <summary>Pages that nobody uses or has been promised.</summary>
    public static int Free => Math.Max(0, Read("free_hugepages") - Read("resv_hugepages"));

    /// <summary>Sets pages aside until at least <paramref name="bytes"/> are free, as far as memory is not too scattered.</summary>
    /// <returns>The bytes that are free now: less than asked for when the kernel found no more.</returns>
    /// <exception cref="UnauthorizedAccessException">Only root may set pages aside.</exception>
    public static long Reserve(long bytes)
    {
        long missing = (bytes + Size - 1) / Size - Free;

        if (missing > 0 && File.Exists(Pool + "nr_hugepages"))
        {
            File.WriteAllText(Pool + "nr_hugepages", (Total + missing).ToString(CultureInfo.InvariantCulture));
        }

        return (long)Free * Size;
    }

    /// <summary>Sets fewer pages aside: as many as there were before a <see cref="Reserve"/>. Pages in use stay until they are free.</summary>
    /// <exception cref="UnauthorizedAccessException">Only root may change it.</exception>
    public static void Restore(int total)
    {
        if (total < Total)
        {
            File.WriteAllText(Pool + "nr_hugepages", total.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static int Read(string file) =>
        File.Exists(Pool + file) ? int.Parse(File.ReadAllText(Pool + file), CultureInfo.InvariantCulture) : 0;
}
