using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowHasherTests
{
    private const int Buckets = 1 << 10;
    private const int PerBucket = 64;

    private static readonly FlowHasher s_hasher = new(new FlowSeed(1, 2));

    public delegate uint Hash(in FlowKey key);

    private static IEnumerable<TestCaseData> Hashes =>
    [
        new TestCaseData(new Hash(s_hasher.Hash)).SetArgDisplayNames("Hash"),
        new TestCaseData(new Hash(s_hasher.HashPortably)).SetArgDisplayNames("HashPortably"),
        new TestCaseData(new Hash(s_hasher.HashBothWays)).SetArgDisplayNames("HashBothWays"),
    ];

    [TestCaseSource(nameof(Hashes))]
    public void SpreadsAddressesInARow(Hash hash) => AssertSpread(Enumerable.Range(0, Buckets * PerBucket).Select(n => Keys.Of(n)), hash);

    [TestCaseSource(nameof(Hashes))]
    public void SpreadsIpv6AddressesInARow(Hash hash) => AssertSpread(Enumerable.Range(0, Buckets * PerBucket).Select(n => Keys.Of(n, isIpv6: true)), hash);

    [TestCaseSource(nameof(Hashes))]
    public void SpreadsPortsInARow(Hash hash) =>
        AssertSpread(Enumerable.Range(0, Buckets * PerBucket).Select(n => FlowKey.OfIpv4(1, 1, 2, 3, IpProtocol.Udp, (uint)n)), hash);

    [TestCaseSource(nameof(Hashes))]
    public void SpreadsKeysThatCollideUnderAHashWithNoSecret(Hash hash)
    {
        const int colliding = 4096;
        FlowKey[] chosen = [.. CollidingUnderFlowHash().Take(colliding)];

        // 4,096 among 1,024 buckets: 4 a bucket, never 24.
        Assert.That(Fullest(chosen, hash), Is.LessThan(24));
    }

    [Test]
    public void HashesAKeyItMakesAsTheKeyItself()
    {
        var hasher = new FlowHasher(FlowSeed.Random());

        uint hash = hasher.HashIpv4(out FlowKey key, 3, 77, 0x0A00_0001, 0xC0A8_0002, 17, 0x1234_5678);

        Assert.That(key, Is.EqualTo(FlowKey.OfIpv4(3, 77, 0x0A00_0001, 0xC0A8_0002, 17, 0x1234_5678)));
        Assert.That(hash, Is.EqualTo(hasher.Hash(key)));
    }

    [Test]
    public void SaysTheSameForBothDirections([Values(IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp)] byte protocol, [Values] bool isIpv6)
    {
        for (int number = 0; number < 100; number++)
        {
            FlowKey key = Keys.Of(number, isIpv6, protocol);
            Assert.That(s_hasher.HashBothWays(key.Reverse(200, 300)), Is.EqualTo(s_hasher.HashBothWays(key)));
        }
    }

    [Test]
    public void SaysOtherThingsUnderOtherSecrets()
    {
        var other = new FlowHasher(new FlowSeed(1, 3));
        int same = Enumerable.Range(0, 1000).Count(n => other.Hash(Keys.Of(n)) == s_hasher.Hash(Keys.Of(n)));

        Assert.That(same, Is.LessThan(3));
    }

    [Test]
    public void SaysTheSameUnderTheSameSecret() =>
        Assert.That(new FlowHasher(new FlowSeed(1, 2)).Hash(Keys.Of(5)), Is.EqualTo(s_hasher.Hash(Keys.Of(5))));

    [Test]
    public void ChangesHalfOfItsBitsWhenOneBitOfTheKeyChanges()
    {
        uint hash = s_hasher.Hash(FlowKey.OfIpv4(1, 1, 0, 0, 6, 0));
        double changed = Enumerable.Range(0, 32).Average(bit => uint.PopCount(hash ^ s_hasher.Hash(FlowKey.OfIpv4(1, 1, 1u << bit, 0, 6, 0))));

        Assert.That(changed, Is.InRange(13, 19));
    }

    /// <summary>What an attacker would send who knew that flows lie by <see cref="FlowHash"/>: all in one bucket of 1,024.</summary>
    private static IEnumerable<FlowKey> CollidingUnderFlowHash() =>
        from number in Enumerable.Range(0, int.MaxValue)
        let key = FlowKey.OfIpv4(1, 1, (uint)number, 0x0A00_0001, IpProtocol.Tcp, 0x1000_0050)
        where FlowHash.Compute((ulong)(uint)number << 32 | 0x0A00_0001, IpProtocol.Tcp, 0x1000_0050) % Buckets == 77
        select key;

    private static void AssertSpread(IEnumerable<FlowKey> keys, Hash hash)
    {
        int[] counts = Counts(keys, hash);
        double chiSquare = counts.Sum(count => Math.Pow(count - PerBucket, 2) / PerBucket);

        // 1,023 degrees of freedom: mean 1,023, deviation 45. Seven deviations.
        Assert.That(chiSquare, Is.InRange(1023 - 317, 1023 + 317));
    }

    private static int Fullest(IEnumerable<FlowKey> keys, Hash hash) => Counts(keys, hash).Max();

    private static int[] Counts(IEnumerable<FlowKey> keys, Hash hash)
    {
        int[] counts = new int[Buckets];

        foreach (FlowKey key in keys)
        {
            counts[hash(key) % Buckets]++;
        }

        return counts;
    }
}
