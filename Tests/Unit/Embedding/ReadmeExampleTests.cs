using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Dissection;

namespace VRouter.Tests.Unit.Embedding;

internal sealed class ReadmeExampleTests
{
    private static readonly IpAddress s_pod = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress s_remote = IpAddress.Parse("10.0.1.1");

    [Test]
    public void IsTheCodeThatRunsHere()
    {
        string source = File.ReadAllText(Repository.PathOf("Tests/Unit/Embedding/ReadmeExampleTests.cs")).ReplaceLineEndings("\n");
        int start = source.IndexOf("// The example.\n", StringComparison.Ordinal) + "// The example.\n".Length;
        int end = source.IndexOf("        // Its end.\n", start, StringComparison.Ordinal);

        IEnumerable<string> lines = source[start..end].Split('\n').Select(line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line);
        Assert.That(Readme.Block("csharp").TrimEnd(), Is.EqualTo(string.Join('\n', lines).TrimEnd()));
    }

    [Test]
    public void SendsThePodsPacketIntoTheTunnel()
    {
        byte[] packet = Wire.Ethernet(new Settings().VirtualMac, MacAddress.Parse("02:00:00:00:01:01"), EtherType.Ipv4,
            Wire.Ip(s_pod, s_remote, IpProtocol.Udp, Wire.Udp(s_pod, s_remote, [1, 2, 3])));

        // The example.
        using var plane = new DataPlane();

        plane.Apply(new Transaction
        {
            Vrfs = { new Vrf(new(1)) { Name = "dev" } },
            Vifs =
            {
                new Vif(new(1), VifKind.Fabric) { Mac = MacAddress.Parse("02:00:00:00:00:01"), Addresses = [IpPrefix.Parse("192.0.2.1/24")] },
                new Vif(new(2), VifKind.Tenant) { Mac = MacAddress.Parse("02:00:00:00:01:01"), Addresses = [IpPrefix.Parse("10.0.0.1/32")], Vrf = new(1) },
            },
            NextHops = { new TunnelNextHop(new(1), EncapsulationKind.Vxlan, IpAddress.Parse("192.0.2.2")) },
            Routes = { new Route(new(1), IpPrefix.Parse("10.0.1.0/24"), new(1)) { Label = 5001 } },
        });

        var fabric = new MemoryPort(plane.Frames);
        var pod = new MemoryPort(plane.Frames);
        plane.Attach(new(1), fabric);
        plane.Attach(new(2), pod);

        pod.TryDeliver(packet);
        plane.Step(); // or plane.Start(): worker threads
        // Its end.

        Assert.That(fabric.TryCollect(out byte[] question), Is.True, "who has 192.0.2.2?");
        Assert.That(question[12..14], Is.EqualTo(new byte[] { 0x08, 0x06 }));

        fabric.TryDeliver(Wire.ArpReply(MacAddress.Parse("02:00:00:00:00:02"), IpAddress.Parse("192.0.2.2"), MacAddress.Parse("02:00:00:00:00:01"), IpAddress.Parse("192.0.2.1")));
        plane.Step();

        Assert.That(fabric.TryCollect(out byte[] sent), Is.True);
        Assert.That(sent, Has.Length.EqualTo(packet.Length + 50), "Ethernet, IPv4, UDP and VXLAN in front");
        Assert.That(sent[^3..], Is.EqualTo(new byte[] { 1, 2, 3 }));
    }
}
