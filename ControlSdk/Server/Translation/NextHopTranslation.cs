using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Next hops, both ways. One of a kind that cannot be read becomes a discard, so that what names it finds it.</summary>
internal static class NextHopTranslation
{
    public static NextHop Read(V1.NextHop nextHop, ObjectScope scope)
    {
        var id = new NextHopId(nextHop.Id);

        switch (nextHop.KindCase)
        {
            case V1.NextHop.KindOneofCase.Discard:
                return new DiscardNextHop(id);
            case V1.NextHop.KindOneofCase.Host:
                return new HostNextHop(id);
            case V1.NextHop.KindOneofCase.Interface:
                return ReadVif(id, nextHop.Interface, scope);
            case V1.NextHop.KindOneofCase.Tunnel:
                return TunnelTranslation.Read(id, nextHop.Tunnel, scope);
            case V1.NextHop.KindOneofCase.Vrf:
                return new VrfNextHop(id, new VrfId(nextHop.Vrf.Vrf));
            case V1.NextHop.KindOneofCase.Ecmp:
                return EcmpTranslation.Read(id, nextHop.Ecmp, scope);
            case V1.NextHop.KindOneofCase.Reject:
                return new RejectNextHop(id);
            default:
                RefuseKind(nextHop.KindCase, scope);
                return new DiscardNextHop(id);
        }
    }

    public static V1.NextHop Write(NextHop nextHop) => nextHop switch
    {
        DiscardNextHop => new V1.NextHop { Id = nextHop.Id.Value, Discard = new() },
        HostNextHop => new V1.NextHop { Id = nextHop.Id.Value, Host = new() },
        VifNextHop vif => new V1.NextHop { Id = nextHop.Id.Value, Interface = WriteVif(vif) },
        TunnelNextHop tunnel => new V1.NextHop { Id = nextHop.Id.Value, Tunnel = TunnelTranslation.Write(tunnel) },
        VrfNextHop vrf => new V1.NextHop { Id = nextHop.Id.Value, Vrf = new() { Vrf = vrf.Vrf.Value } },
        EcmpNextHop group => new V1.NextHop { Id = nextHop.Id.Value, Ecmp = EcmpTranslation.Write(group) },
        RejectNextHop => new V1.NextHop { Id = nextHop.Id.Value, Reject = new() },
        _ => throw new ArgumentException($"the contract has no {nextHop.GetType().Name}", nameof(nextHop)),
    };

    private static void RefuseKind(V1.NextHop.KindOneofCase kind, ObjectScope scope)
    {
        if (kind == V1.NextHop.KindOneofCase.None)
        {
            scope.Add("kind", "is of no kind: discard, host, interface, tunnel, ecmp, vrf, reject");
        }

        scope.RefuseIf(kind == V1.NextHop.KindOneofCase.Flood, "flood", "replication is");
    }

    private static VifNextHop ReadVif(NextHopId id, V1.NextHop.Types.ToInterface vif, ObjectScope scope) => new(id, new VifId(vif.Interface))
    {
        Mac = scope.OptionalMac("interface.mac", vif.Mac),
        Address = scope.OptionalAddress("interface.address", vif.Address),
    };

    private static V1.NextHop.Types.ToInterface WriteVif(VifNextHop vif) => new()
    {
        Interface = vif.Vif.Value,
        Mac = OptionalText.Of(vif.Mac),
        Address = OptionalText.Of(vif.Address),
    };
}
