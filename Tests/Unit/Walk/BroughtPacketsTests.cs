using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Packets that a program brings to a data plane with one tenant and its fabric.</summary>
internal sealed class BroughtPacketsTests
{
    /// <summary>UDP from 10.0.0.1 to 10.0.0.2, both tenants here.</summary>
    private static readonly byte[] s_packet = Convert.FromHexString("00005e00010002000000010108004500001d00010000401166cd0a0000010a0000029c4000350009000000");

    private DataPlane _dataPlane = null!;
    private MemoryPort _receiver = null!;

    [SetUp]
    public void Make()
    {
        _dataPlane = new DataPlane();
        _dataPlane.Apply(new Transaction
        {
            Vrfs = { new Vrf(new(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs = { Tenant(1, "10.0.0.1"), Tenant(2, "10.0.0.2") },
        });
        _receiver = new MemoryPort(_dataPlane.Frames);
        _dataPlane.Attach(new(2), _receiver);
    }

    [TearDown]
    public void Dispose()
    {
        _dataPlane.Dispose();
        _receiver.Dispose();
    }

    [Test]
    public void AreForwardedAsIfTheyHadArrived()
    {
        Assert.That(_dataPlane.Inject(new(1), s_packet), Is.True);

        byte[] expected = [.. s_packet];
        Convert.FromHexString("020000000102").CopyTo(expected, 0);      // to the receiver
        Convert.FromHexString("00005e000100").CopyTo(expected, 6);      // from its gateway
        expected[22]--;                                                 // TTL
        expected[24]++;                                                 // and its checksum
        Assert.That(Received(), Is.EqualTo(expected));
        AssertBalanced(received: 1, made: 0);
    }

    [Test]
    public void AreSentAsTheyAre()
    {
        byte[] anything = [.. Enumerable.Range(0, 3000).Select(n => (byte)n)];

        Assert.That(_dataPlane.Send(new(2), anything), Is.True);

        Assert.That(Received(), Is.EqualTo(anything));
        AssertBalanced(received: 0, made: 1);
    }

    [Test]
    public void AreCountedWhereTheyCannotGo()
    {
        _dataPlane.Send(new(1), s_packet);
        _dataPlane.Inject(new(1), [1, 2, 3]);

        Counters counters = _dataPlane.ReadCounters();
        Assert.That(counters.Drops, Is.EquivalentTo(new Dictionary<DropReason, long> { [DropReason.InterfaceDown] = 1, [DropReason.Malformed] = 1 }));
        Assert.That(counters.IsBalanced, Is.True);
    }

    [Test]
    public void AreWalkedByARunningWorker()
    {
        _dataPlane.Start();

        for (int n = 0; n < 100; n++)
        {
            _dataPlane.Inject(new(1), s_packet);
        }

        _dataPlane.Stop();
        AssertBalanced(received: 100, made: 0);
    }

    [Test]
    public void AreRefusedWhereThereIsNoVif() => Assert.That(() => _dataPlane.Inject(new(9), s_packet), Throws.ArgumentException);

    [TestCase(0)]
    [TestCase(DataPlane.LargestPacket + 1)]
    public void AreRefusedWhenTheyAreNoPackets(int length) => Assert.That(() => _dataPlane.Send(new(2), new byte[length]), Throws.ArgumentException);

    private static Vif Tenant(uint id, string address) => new(new(id), VifKind.Tenant)
    {
        Mac = MacAddress.Parse($"02:00:00:00:01:0{id}"),
        Vrf = new(1),
        Addresses = [IpPrefix.Parse(address + "/32")],
        Mtu = 9000,
    };

    private byte[]? Received() => _receiver.TryCollect(out byte[] packet) ? packet : null;

    private void AssertBalanced(long received, long made)
    {
        Counters counters = _dataPlane.ReadCounters();
        Assert.That((counters.Vifs.Sum(vif => vif.RxPackets), counters.Vifs.Sum(vif => vif.Made)), Is.EqualTo((received, made)));
        Assert.That(counters.IsBalanced, Is.True);
    }
}
