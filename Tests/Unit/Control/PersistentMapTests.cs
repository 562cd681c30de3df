using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

[TestFixture]
internal sealed class PersistentMapTests
{
    [Test]
    public void FindsWhatWasSetAndNothingElse()
    {
        PersistentMap<VrfAddress, string> map = MapOf(10_000);

        Assert.That(map.Count, Is.EqualTo(10_000));
        Assert.That(Enumerable.Range(0, 10_000).Where(i => map.Find(Key(i)) != $"{i}"), Is.Empty);
        Assert.That(Enumerable.Range(10_000, 10_000).Where(i => map.Find(Key(i)) is not null), Is.Empty);
    }

    [Test]
    public void LeavesOldVersionsAsTheyWere()
    {
        PersistentMap<VrfAddress, string> old = MapOf(60);
        PersistentMap<VrfAddress, string>.Builder builder = old.Edit();

        for (int i = 0; i < 5000; i++)
        {
            builder.Set(Key(i), i % 2 == 0 ? "new" : null);
        }

        PersistentMap<VrfAddress, string> map = builder.Build();
        builder.Set(Key(0), "later");

        Assert.That((map.Count, old.Count), Is.EqualTo((2500, 60)));
        Assert.That(Enumerable.Range(0, 5000).Where(i => map.Find(Key(i)) != (i % 2 == 0 ? "new" : null)), Is.Empty);
        Assert.That(Enumerable.Range(0, 5000).Where(i => old.Find(Key(i)) != (i < 60 ? $"{i}" : null)), Is.Empty);
    }

    [Test]
    public void IsTheSameObjectWhenNothingWasSet()
    {
        PersistentMap<VrfAddress, string> map = MapOf(3);
        PersistentMap<VrfAddress, string>.Builder builder = map.Edit();
        builder.Set(Key(7), null);

        Assert.That(builder.Build(), Is.SameAs(map));
    }

    [Test]
    public void IsEmptyAgainWhenAllIsTakenAway()
    {
        PersistentMap<VrfAddress, string>.Builder builder = MapOf(500).Edit();

        for (int i = 0; i < 500; i++)
        {
            builder.Set(Key(i), null);
        }

        PersistentMap<VrfAddress, string> map = builder.Build();
        Assert.That(map.Count, Is.Zero);
        Assert.That(Enumerable.Range(0, 500).Where(i => map.Find(Key(i)) is not null), Is.Empty);
    }

    private static PersistentMap<VrfAddress, string> MapOf(int count)
    {
        PersistentMap<VrfAddress, string>.Builder builder = PersistentMap<VrfAddress, string>.Empty.Edit();

        for (int i = 0; i < count; i++)
        {
            builder.Set(Key(i), $"{i}");
        }

        return builder.Build();
    }

    private static VrfAddress Key(int i) =>
        new(i % 3, i % 2 == 0 ? IpAddress.FromIpv4(0x0A00_0000 + (uint)i) : IpAddress.FromIpv6(0xFD01_0000_0000_0000, (uint)i));
}
