using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.Control;

/// <summary>Limits of flows as the configuration sets them.</summary>
[TestFixture]
public sealed class FlowLimitTests
{
    private Editing _editing = null!;
    private FlowLease _lease = null!;

    [SetUp]
    public void Start()
    {
        _editing = new Editing();
        _lease = new FlowLease(_editing.Tables.Credits);
    }

    [TearDown]
    public void End()
    {
        _lease.Dispose();
        _editing.Dispose();
    }

    [Test]
    public void AreAMillionAtFirst() => Assert.That(PairsOf(Lab.Tenant), Is.EqualTo(524_288));

    [Test]
    public void FollowTheSettings()
    {
        _editing.Apply(new Transaction { Settings = new Settings { MaxFlows = 100, MaxFlowsPerInterface = 40 } });
        Assert.That((PairsOf(Lab.Tenant), PairsOf(Lab.Neighbour), PairsOf(Lab.Other)), Is.EqualTo((20, 20, 10)));

        _editing.Apply(new Transaction { Settings = new Settings { MaxFlows = 200 } });
        Assert.That(PairsOf(Lab.Other), Is.EqualTo(50));
    }

    [Test]
    public void FollowTheVif()
    {
        Vif tenant = Lab.Configuration().Vifs[1];
        int index = _editing.Vif(Lab.Tenant).Index;

        _editing.Apply(tenant with { MaxFlows = 6 });
        Assert.That(PairsOf(Lab.Tenant), Is.EqualTo(3));
        _editing.Apply(tenant with { MaxFlows = 10 });
        Assert.That(PairsOf(Lab.Tenant), Is.EqualTo(2));

        _editing.Delete(ObjectKey.Of(tenant.Id));
        _editing.Apply(Lab.TenantVif(7, 1));
        Assert.That(_editing.Vif(7).Index, Is.EqualTo(index));
        Assert.That(PairsOf(7), Is.GreaterThan(1000));
    }

    private int PairsOf(uint vif)
    {
        ushort index = _editing.Vif(vif).Index;
        int count = 0;

        while (_lease.TryTake(index) == FlowAdmission.Granted)
        {
            count++;
        }

        return count;
    }
}
