using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Captures;

/// <summary>Reads whole captures out of bytes.</summary>
internal static class CaptureFile
{
    public static async Task<List<CapturedPacket>> ReadAllAsync(byte[] file)
    {
        await using CaptureReader reader = await CaptureReader.OpenAsync(new MemoryStream(file), "x.pcap");
        var packets = new List<CapturedPacket>();

        while (await reader.ReadAsync() is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }

    public static string ErrorOf(byte[] file) =>
        Assert.Throws<CaptureException>(() => ReadAllAsync(file).GetAwaiter().GetResult())!.Message;

    /// <summary>Cuts the file everywhere: at a boundary between packets it is a shorter file, elsewhere an error that says where.</summary>
    public static async Task AssertCutsAreToldAsync(byte[] file, params int[] boundaries)
    {
        for (int length = 0; length < file.Length; length++)
        {
            if (boundaries.Contains(length))
            {
                await ReadAllAsync(file[..length]);
            }
            else
            {
                Assert.That(ErrorOf(file[..length]), Does.StartWith("x.pcap: cut short in ").And.EndsWith($" at byte {length}"));
            }
        }
    }
}
