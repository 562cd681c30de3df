using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RouteStoreTests : IDisposable
{
    private readonly RouteTable _table = new(7);
    private readonly RouteStore _store = new(100_000);

    public void Dispose() => _store.Dispose();

    [Test]
    public void FindsNothingInAnEmptyTable()
    {
        Assert.That(_store.Lookup(default, 0x0A000001).IsNone, Is.True);
        Assert.That(_store.Lookup(_table.Fib, 0x20010DB8_00000000, 1).IsNone, Is.True);
    }

    [TestCase("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [TestCase("10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [TestCase("128.0.0.0/1", "128.0.0.0", "255.255.255.255")]
    [TestCase("10.1.2.64/26", "10.1.2.64", "10.1.2.127")]
    [TestCase("10.1.2.3/32", "10.1.2.3", "10.1.2.3")]
    [TestCase("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [TestCase("2001:db8:0:8000::/49", "2001:db8:0:8000::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff")]
    [TestCase("2001:db8::/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff")]
    [TestCase("2001:db8::1/128", "2001:db8::1", "2001:db8::1")]
    public void FindsARouteFromItsFirstAddressToItsLast(string prefix, string first, string last)
    {
        RouteId route = Set(prefix, 1);

        Assert.That(Lookup(first), Is.EqualTo(route));
        Assert.That(Lookup(last), Is.EqualTo(route));
    }

    [TestCase("10.0.0.0/8", "9.255.255.255", "11.0.0.0")]
    [TestCase("10.1.2.64/26", "10.1.2.63", "10.1.2.128")]
    [TestCase("10.1.2.3/32", "10.1.2.2", "10.1.2.4")]
    [TestCase("2001:db8:0:8000::/49", "2001:db8:0:7fff:ffff:ffff:ffff:ffff", "2001:db8:1::")]
    [TestCase("2001:db8::1/128", "2001:db8::", "2001:db8::2")]
    public void FindsNoRouteBesideOne(string prefix, string before, string after)
    {
        Set(prefix, 1);

        Assert.That(Lookup(before).IsNone, Is.True);
        Assert.That(Lookup(after).IsNone, Is.True);
    }

    [Test]
    public void FindsTheLongestOfAllLengthsNested([Values("10.170.85.204", "2001:db8:55aa::f0f1")] string text)
    {
        IpAddress address = IpAddress.Parse(text);
        var routes = new RouteId[address.Bits + 1];

        for (int length = 0; length <= address.Bits; length++)
        {
            routes[length] = Set(new IpPrefix(address, (byte)length).Network, length);
        }

        for (int length = address.Bits; length >= 0; length--)
        {
            Assert.That(_store.Lookup(_table.Fib, address), Is.EqualTo(routes[length]));
            Assert.That(_store.Remove(_table, new IpPrefix(address, (byte)length).Network), Is.True);
        }

        Assert.That(_store.Lookup(_table.Fib, address).IsNone, Is.True);
        Assert.That(_table.Fib, Is.EqualTo(default(Fib)));
    }

    [Test]
    public void KeepsFamiliesApart()
    {
        RouteId v4 = Set("0.0.0.0/0", 1);
        RouteId v6 = Set("::/0", 2);

        Assert.That(Lookup("0.0.0.1"), Is.EqualTo(v4));
        Assert.That(Lookup("::1"), Is.EqualTo(v6));
        Assert.That(_store.Remove(_table, IpPrefix.Parse("0.0.0.0/0")), Is.True);
        Assert.That(Lookup("::1"), Is.EqualTo(v6));
    }

    [Test]
    public void KeepsTablesApart()
    {
        var other = new RouteTable(8);
        RouteId here = Set("10.0.0.0/24", 1);
        RouteId there = _store.Set(other, IpPrefix.Parse("10.0.0.0/24"), new RouteEntry { NextHop = 2 });

        _store.RemoveTable(_table);

        Assert.That(Lookup("10.0.0.1").IsNone, Is.True);
        Assert.That(_store.Lookup(other.Fib, 0x0A000001), Is.EqualTo(there));
        Assert.That(there, Is.Not.EqualTo(here));
        Assert.That(_store.Count, Is.EqualTo(1));
    }

    [Test]
    public void LooksABatchUpInTheTableOfEachAddress([Values(0, 1, 16, 17, 100)] int count)
    {
        RouteTable[] tables = [.. Enumerable.Range(0, 3).Select(vrf => new RouteTable(vrf))];
        RouteId[] routes = [.. tables.Select(table => _store.Set(table, IpPrefix.Parse("10.0.0.0/8"), default))];
        TrieRoot[] roots = [.. Enumerable.Range(0, count).Select(i => tables[i % 3].Fib.Ipv4)];
        Ipv4Key[] addresses = [.. Enumerable.Range(0, count).Select(i => new Ipv4Key(0x0A000000u + (uint)i))];
        var found = new RouteId[count];

        _store.Lookup(roots, addresses, found);

        Assert.That(found, Is.EqualTo(Enumerable.Range(0, count).Select(i => routes[i % 3])));
    }

    [Test]
    public void GivesBackWhatWasSet()
    {
        var entry = new RouteEntry
        {
            NextHop = 12,
            Label = 1_048_575,
            SecurityGroups = 3,
            Flags = RouteFlags.ProxyArp | RouteFlags.HasMac,
            Mac = new MacAddress(0x025A1FC03EF7),
        };

        RouteId route = _store.Set(_table, IpPrefix.Parse("10.47.255.0/24"), entry);

        Assert.That(_store.Entry(route), Is.EqualTo(entry with { PrefixLength = 24 }));
        Assert.That(_store.Key(route).Vrf, Is.EqualTo(7));
        Assert.That(_store.Key(route).Prefix, Is.EqualTo(IpPrefix.Parse("10.47.255.0/24")));
        Assert.That(_store.TryFind(_table, IpPrefix.Parse("10.47.255.0/24"), out RouteId found), Is.True);
        Assert.That(found, Is.EqualTo(route));
        Assert.That(_store.TryFind(_table, IpPrefix.Parse("10.47.255.0/25"), out _), Is.False);
    }

    [Test]
    public void KeepsARouteThatLongerOnesHide()
    {
        RouteId hidden = Set("10.0.0.0/23", 1);
        Set("10.0.0.0/24", 2);
        Set("10.0.1.0/24", 3);

        Assert.That(_store.Routes(_table).ToArray(), Has.Length.EqualTo(3).And.Member(hidden));

        _store.Remove(_table, IpPrefix.Parse("10.0.1.0/24"));
        Assert.That(Lookup("10.0.1.1"), Is.EqualTo(hidden));
    }

    [Test]
    public void ShowsAReplacedRouteAsItWasToReadersOfTheOldFib()
    {
        RouteId before = Set("10.0.0.0/24", 1);
        _store.Commit(1);
        Fib old = _table.Fib;

        RouteId after = Set("10.0.0.0/24", 2);
        _store.Commit(2);

        Assert.That(_store.Entry(_store.Lookup(old, 0x0A000001)).NextHop, Is.EqualTo(1));
        Assert.That(_store.Key(before).Prefix, Is.EqualTo(IpPrefix.Parse("10.0.0.0/24")));
        Assert.That(_store.Entry(_store.Lookup(_table.Fib, 0x0A000001)).NextHop, Is.EqualTo(2));
        Assert.That(after, Is.Not.EqualTo(before));
        Assert.That(_store.Count, Is.EqualTo(1));
    }

    [Test]
    public void FreesNothingBeforeItsGeneration()
    {
        RouteId first = Set("10.0.0.0/24", 1);
        _store.Commit(1);
        long used = _store.BytesUsed;

        Set("10.0.0.0/24", 2);
        _store.Commit(2);
        _store.Reclaim(1);
        Assert.That(_store.BytesUsed, Is.GreaterThan(used));
        Assert.That(_store.Entry(first).NextHop, Is.EqualTo(1));

        _store.Reclaim(2);
        Assert.That(_store.BytesUsed, Is.EqualTo(used));
    }

    [Test]
    public void RefusesHostBitsAndWhatIsTooMuchAndChangesNothing()
    {
        using var small = new RouteStore(1);
        small.Set(_table, IpPrefix.Parse("10.0.0.0/24"), default);
        Fib before = _table.Fib;

        Assert.That(() => small.Set(_table, IpPrefix.Parse("10.0.1.1/24"), default), Throws.ArgumentException);
        Assert.That(() => small.Set(_table, IpPrefix.Parse("10.0.1.0/24"), default), Throws.InvalidOperationException);
        Assert.That(_table.Fib, Is.EqualTo(before));
        Assert.That(small.Count, Is.EqualTo(1));
    }

    [Test]
    public void SaysWhetherThereWasARouteToRemove()
    {
        Set("10.0.0.0/24", 1);

        Assert.That(_store.Remove(_table, IpPrefix.Parse("10.0.0.0/25")), Is.False);
        Assert.That(_store.Remove(_table, IpPrefix.Parse("10.0.0.0/24")), Is.True);
        Assert.That(_store.Remove(_table, IpPrefix.Parse("10.0.0.0/24")), Is.False);
    }

    private RouteId Set(string prefix, int nextHop) => Set(IpPrefix.Parse(prefix), nextHop);

    private RouteId Set(IpPrefix prefix, int nextHop) => _store.Set(_table, prefix, new RouteEntry { NextHop = nextHop });

    private RouteId Lookup(string address) => _store.Lookup(_table.Fib, IpAddress.Parse(address));
}
