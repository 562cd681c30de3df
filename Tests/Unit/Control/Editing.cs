using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Native;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;
using Route = VRouter.Forwarding.Route;

namespace VRouter.Tests.Unit.Control;

/// <summary>The lab's configuration with nobody who forwards by it: transactions in, states out.</summary>
internal sealed class Editing : IDisposable
{
    public Editing()
    {
        Tables = new Tables(new FramePool(new FrameRegion(64)));
        Tables.Editor.Commit();
        Apply(Lab.Configuration());
    }

    public Tables Tables { get; }

    public ForwardingState State => Tables.Editor.State;

    /// <summary>The lower 32 bits of the latest generation.</summary>
    public uint Generation => (uint)State.Generation;

    public ForwardingState Apply(Transaction transaction)
    {
        Assert.That(Validation.Check(Tables.Configuration, Tables.Routes, transaction), Is.Empty);
        Tables.Editor.Apply(transaction);
        Tables.Editor.Commit();
        Tables.Editor.Reclaim(State.Generation);
        return State;
    }

    public ForwardingState Apply(params Route[] routes) => Apply(new Transaction { Routes = [.. routes] });

    public ForwardingState Apply(params Vif[] vifs) => Apply(new Transaction { Vifs = [.. vifs] });

    public ForwardingState Apply(params SecurityGroup[] groups) => Apply(new Transaction { SecurityGroups = [.. groups] });

    public ForwardingState Delete(params ObjectKey[] keys) => Apply(new Transaction { Deletes = [.. keys] });

    /// <summary>Why a transaction would be refused.</summary>
    public string[] ProblemsOf(Transaction transaction) => [.. Validation.Check(Tables.Configuration, Tables.Routes, transaction).Select(problem => $"{problem}")];

    public VrfState Vrf(uint id) => State.Vrfs[Tables.Configuration.Vrfs[new VrfId(id)].Index]!;

    public VifState Vif(uint id) => State.Vifs[Tables.Configuration.Vifs[new VifId(id)].Index]!;

    /// <summary>The route to an address.</summary>
    public RouteEntry Route(uint vrf, string address) => Tables.Routes.Entry(Tables.Routes.Lookup(Vrf(vrf).Fib, Ip(address)));

    /// <summary>The generation that last changed the route of this address, or one near it.</summary>
    public uint RouteGeneration(uint vrf, string address) =>
        Tables.RouteGenerations[RouteGenerations.BucketOf(Tables.Configuration.Vrfs[new VrfId(vrf)].Index, Ip(address))];

    public void Dispose()
    {
        Tables.Dispose();
        Tables.Frames.Region.Dispose();
    }

    public static SecurityGroup Group(uint id, params SecurityRule[] rules) => new(new SecurityGroupId(id), "", [.. rules]);

    public static ValueList<SecurityGroupId> Groups(params uint[] ids) => [.. ids.Select(id => new SecurityGroupId(id))];
}
