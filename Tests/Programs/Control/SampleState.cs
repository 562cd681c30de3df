using System.Globalization;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>States in the contract's words.</summary>
internal static class SampleState
{
    /// <summary>A node with a fabric, a pod in VRF 1, and a tunnel.</summary>
    public static V1.Config Node() => new()
    {
        Vrfs = { new V1.Vrf { Id = 1, Name = "dev", ForwardingMode = V1.Vrf.Types.ForwardingMode.L3 } },
        Interfaces =
        {
            new V1.Interface { Id = 1, Name = "fabric", Kind = V1.Interface.Types.Kind.Fabric, Mac = "02:00:00:00:00:01", Addresses = { "192.0.2.1/24" } },
            new V1.Interface
            {
                Id = 2, Name = "web", Kind = V1.Interface.Types.Kind.Tenant, Vrf = 1, Mac = "02:00:00:00:01:01", Addresses = { "10.0.0.1/32" }, Gateways = { "10.0.0.254" },
            },
        },
        NextHops = { new V1.NextHop { Id = 1, Tunnel = new V1.NextHop.Types.Tunnel { Encapsulation = V1.Encapsulation.Vxlan, Destination = "192.0.2.2", Label = 5001 } } },
        Routes = { Route(0) },
        Vnis = { new V1.Vni { Vni_ = 5001, Vrf = 1 } },
    };

    /// <summary>The nth route: 10.0.0.0/24 upwards, by VRF 1's tunnel.</summary>
    public static V1.Route Route(int number) => new()
    {
        Vrf = 1,
        Prefix = string.Create(CultureInfo.InvariantCulture, $"10.{1 + (number >> 8)}.{number & 0xFF}.0/24"),
        NextHop = 1,
    };

    /// <summary>A request that puts these routes.</summary>
    public static V1.ApplyRequest Routes(int first, int count) => new()
    {
        Upsert = new V1.Config { Routes = { Enumerable.Range(first, count).Select(Route) } },
    };
}
