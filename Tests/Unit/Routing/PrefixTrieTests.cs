using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PrefixTrieTests : IDisposable
{
    private const uint Ten = 0x0A000000;
    private const int Line = 64;

    private readonly TrieMemory _memory = new(1 << 20);
    private readonly PrefixTrie<Ipv4Key> _ipv4;
    private readonly PrefixTrie<Ipv6Key> _ipv6;

    public PrefixTrieTests()
    {
        _ipv4 = new PrefixTrie<Ipv4Key>(_memory);
        _ipv6 = new PrefixTrie<Ipv6Key>(_memory);
    }

    public void Dispose() => _memory.Dispose();

    [Test]
    public void TakesACacheLineForAnIpv4HostAndTwoForAnIpv6One()
    {
        _ipv4.Replace(default, new Ipv4Key(Ten + 1), 32, 0, 1);
        Assert.That(_memory.BytesUsed, Is.EqualTo(Line));

        _ipv6.Replace(default, new Ipv6Key(0x20010DB8_00000000, 1), 128, 0, 2);
        Assert.That(_memory.BytesUsed, Is.EqualTo(3 * Line));
    }

    [Test]
    public void HoldsAnyNumberInAnyNumberOfVersions()
    {
        const uint Largest = int.MaxValue;

        TrieRoot one = _ipv4.Replace(default, new Ipv4Key(Ten), 8, 0, Largest);
        _memory.Commit(1);
        TrieRoot two = _ipv4.Replace(one, new Ipv4Key(Ten), 9, 0, 2);

        Assert.That(_ipv4.Lookup(one, new Ipv4Key(Ten)), Is.EqualTo(Largest));
        Assert.That(_ipv4.Lookup(two, new Ipv4Key(Ten)), Is.EqualTo(2));
        Assert.That(_ipv4.Lookup(two, new Ipv4Key(Ten | 1 << 23)), Is.EqualTo(Largest));
    }

    [TestCase(17, 24, true)]
    [TestCase(16, 17, false)]
    [TestCase(0, 1, false)]
    [TestCase(121, 128, true)]
    public void KnowsWhichPrefixesEndInTheSameOctet(int length, int otherLength, bool expected) =>
        Assert.That(PrefixTrie<Ipv6Key>.EndInSameOctet(length, otherLength), Is.EqualTo(expected));

    [Test]
    public void CopiesOneNodeOfALargeTrieToChangeTheDefault()
    {
        TrieRoot root = default;

        for (uint i = 0; i < 10_000; i++)
        {
            root = _ipv4.Replace(root, new Ipv4Key(i << 16), 24, 0, i + 2);
        }

        _memory.Commit(1);
        long used = _memory.BytesUsed;
        root = _ipv4.Replace(root, default, 0, 0, 1);

        Assert.That(_memory.BytesUsed - used, Is.LessThanOrEqualTo(17 * Line));
        Assert.That(_ipv4.Lookup(root, new Ipv4Key(0x0000_FF00)), Is.EqualTo(1));
    }

    [Test]
    public void SaysWhenItsMemoryIsUsedUp()
    {
        TrieRoot root = default;
        uint next = 0;

        Assert.That(Grow, Throws.InvalidOperationException);
        Assert.That(_ipv4.Lookup(root, new Ipv4Key(0)), Is.EqualTo(1));

        void Grow()
        {
            while (true)
            {
                root = _ipv4.Replace(root, new Ipv4Key(next << 8), 32, 0, ++next);
            }
        }
    }
}
