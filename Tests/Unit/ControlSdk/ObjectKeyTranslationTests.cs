using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class ObjectKeyTranslationTests
{
    private static readonly ObjectKey[] s_keys =
    [
        ObjectKey.Of(new VrfId(0)),
        ObjectKey.Of(new VifId(7)),
        ObjectKey.Of(new NextHopId(3)),
        ObjectKey.Of(new VrfId(2), IpPrefix.Parse("2001:db8::/32")),
        ObjectKey.Of(new MplsLabel(16)),
        ObjectKey.Of(new Vni(5001)),
        ObjectKey.Of(new SecurityGroupId(8000010)),
        ObjectKey.Of(new VrfId(2), IpAddress.Parse("10.96.0.1")),
        ObjectKey.Of(new VrfId(2), IpAddress.Parse("2001:db8::1")),
        ObjectKey.Of(new SourceNatId(4)),
    ];

    [TestCaseSource(nameof(s_keys))]
    public void ReadsWhatItWrote(ObjectKey key) => Assert.That(Read(ObjectKeyTranslation.Write(key)!).Key, Is.EqualTo(key));

    [Test]
    public void WritesNoKeyForTheSettings() => Assert.That(ObjectKeyTranslation.Write(ObjectKey.Settings), Is.Null);

    [Test]
    public void RefusesAKeyOfNothing() => Assert.That(Read(new V1.ObjectKey()).Problems.Single().Message, Is.EqualTo("names no object"));

    [Test]
    public void RefusesAPrefixItCannotRead() => Assert.That(
        Read(new V1.ObjectKey { Route = new V1.RouteKey { Prefix = "10" } }).Problems.Single().Field, Is.EqualTo("delete[0].route.prefix"));

    [TestCase("10.0.0.1/32", "'10.0.0.1/32' is not an IP address")]
    [TestCase("", "is missing")]
    public void RefusesAnAddressItCannotRead(string address, string message)
    {
        V1.Problem problem = Read(new V1.ObjectKey { FloatingIp = new V1.FloatingIpKey { Address = address } }).Problems.Single();

        Assert.That((problem.Field, problem.Message), Is.EqualTo(("delete[0].floating_ip.address", message)));
    }

    [Test]
    public void RefusesKindsThatThisVersionDoesNotHave() => Assert.That(
        Read(new V1.ObjectKey { MirrorSession = 4 }).Problems.Single().Message, Does.EndWith("not supported by this version"));

    private static (ObjectKey? Key, List<V1.Problem> Problems) Read(V1.ObjectKey key)
    {
        List<V1.Problem> problems = [];
        return (ObjectKeyTranslation.Read(key, new ObjectScope(key, problems), "delete[0]"), problems);
    }
}
