using System.Diagnostics;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Dissection;

/// <summary>Somebody else's opinion on our packets: tshark, with every checksum verified.</summary>
internal static class Tshark
{
    private static readonly string[] s_always =
    [
        "frame.protocols", "_ws.malformed", "_ws.expert.message", "ip.checksum.status", "udp.checksum.status", "tcp.checksum.status",
        "icmp.checksum.status", "icmpv6.checksum.status",
    ];

    private static readonly string[] s_preferences =
    [
        "ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE", "ip.defragment:FALSE", "ipv6.defragment:FALSE",
    ];

    /// <summary>Skips the test where tshark is not installed.</summary>
    public static void Require()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "tshark"))))
        {
            Assert.Ignore("tshark is not installed (Tests/run installs it as root on Debian)");
        }
    }

    /// <summary>Dissects one Ethernet frame.</summary>
    public static async Task<Dissection> DissectAsync(ReadOnlyMemory<byte> frame, params string[] fields)
    {
        string path = Path.Combine(Path.GetTempPath(), $"vrouter-{Guid.NewGuid():N}.pcap");

        try
        {
            await using (var writer = new PcapWriter(File.Create(path), isNanosecond: false))
            {
                await writer.WriteAsync(0, frame);
            }

            return new Dissection([.. s_always, .. fields], await ReadAsync(path, [.. s_always, .. fields]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What it says of each packet of a capture file: these fields between bars.</summary>
    public static async Task<string[]> ListAsync(byte[] file, params string[] fields)
    {
        string path = Path.Combine(Path.GetTempPath(), $"vrouter-{Guid.NewGuid():N}.pcapng");

        try
        {
            await File.WriteAllBytesAsync(path, file);
            string listed = await ReadAsync(path, fields);
            return [.. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace('\t', '|'))];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> ReadAsync(string path, string[] fields)
    {
        IEnumerable<string> arguments =
        [
            "-n", "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator= ",
            .. s_preferences.SelectMany(preference => (string[])["-o", preference]), .. fields.SelectMany(field => (string[])["-e", field]),
        ];

        using Process tshark = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = tshark.StandardError.ReadToEndAsync();
        string output = await tshark.StandardOutput.ReadToEndAsync();
        await tshark.WaitForExitAsync();

        Assert.That(tshark.ExitCode, Is.Zero, await errors);
        return output.TrimEnd('\n');
    }
}
