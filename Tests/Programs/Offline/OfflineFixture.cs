using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Programs.Offline;

/// <summary>A folder of files for one test, and the ways to fill and read it.</summary>
internal abstract class OfflineFixture
{
    /// <summary>The node of the golden packets: fabric interface 1, tenant interface 2 in VRF 1, whose packets go into a tunnel.</summary>
    private const string Node = """
        {
          "settings": { "virtualMac": "de:ad:be:ef:00:01" },
          "vrfs": [ { "id": 1, "name": "blue", "forwardingMode": "L3" } ],
          "interfaces": [
            { "id": 1, "name": "eth0", "kind": "FABRIC", "mac": "de:ad:be:ef:00:02", "addresses": [ "1.1.2.2/24" ], "port": { "afXdp": { "device": "eth0" } } },
            { "id": 2, "name": "tap0", "kind": "TENANT", "mac": "de:ad:be:ef:00:02", "vrf": 1, "addresses": [ "1.1.1.1" ], "gateways": [ "1.1.1.254" ], "label": 20 }
          ],
          "nextHops": [
            { "id": 1, "tunnel": { "encapsulation": "ENCAPSULATION", "destination": "2.2.1.1" } },
            { "id": 2, "interface": { "interface": 1, "mac": "de:ad:be:ef:00:01" } }
          ],
          "routes": [
            { "vrf": 1, "prefix": "2.2.2.2/32", "nextHop": 1, "label": 48 },
            { "prefix": "2.2.1.1/32", "nextHop": NEIGHBOUR }
          ]
        }
        """;

    protected const long Second = 1_000_000_000;

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vrouter-offline-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>A path in the folder.</summary>
    protected string PathOf(string name) => Path.Combine(_folder, name);

    protected string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>The configuration of the golden packets.</summary>
    protected string WriteNode(string encapsulation = "MPLS_OVER_UDP") =>
        Write("node.json", Node.Replace("ENCAPSULATION", encapsulation).Replace("NEIGHBOUR", "2"));

    protected async Task<string> WriteCaptureAsync(string name, bool isNanosecond, params (long Nanoseconds, string Packet)[] packets)
    {
        await using var writer = new PcapWriter(File.Create(PathOf(name)), isNanosecond);

        foreach ((long nanoseconds, string packet) in packets)
        {
            await writer.WriteAsync(nanoseconds, GoldenPackets.Bytes(packet));
        }

        return PathOf(name);
    }

    protected static async Task<List<CapturedPacket>> ReadCaptureAsync(string path)
    {
        await using CaptureReader reader = await CaptureReader.OpenAsync(path);
        var packets = new List<CapturedPacket>();

        while (await reader.ReadAsync() is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }
}
