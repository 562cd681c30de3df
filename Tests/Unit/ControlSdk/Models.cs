using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.ControlSdk;

/// <summary>Makes any state of the data plane's model that the contract can say; whether it is valid does not matter.</summary>
internal static class Models
{
    private static readonly Gen<uint> s_number = Gen.Choose(0, int.MaxValue).Select(value => (uint)value);
    private static readonly Gen<bool> s_bool = Gen.Elements(false, true);
    private static readonly Gen<string> s_name = Gen.Elements("", "blue", "default-domain:kubernetes:dev-vn", "\"ü\"\n");

    private static readonly Gen<IpAddress> s_address = Gen.OneOf(
        s_number.Select(IpAddress.FromIpv4),
        from high in s_number from low in s_number select IpAddress.FromIpv6((ulong)high << 32 | low, (ulong)low << 32 | high));

    private static readonly Gen<IpAddress?> s_optionalAddress = Gen.OneOf(Gen.Constant<IpAddress?>(null), s_address.Select(address => (IpAddress?)address));

    private static readonly Gen<IpPrefix> s_prefix =
        from address in s_address
        from length in Gen.Choose(0, address.Bits)
        select new IpPrefix(address, (byte)length);

    private static readonly Gen<MacAddress> s_mac = s_number.Select(number => new MacAddress(number * 37ul + 1));
    private static readonly Gen<MacAddress> s_optionalMac = Gen.OneOf(Gen.Constant(default(MacAddress)), s_mac);

    private static readonly Gen<ValueList<SecurityGroupId>> s_groupIds = s_number.Select(number => new SecurityGroupId(number + 1)).ArrayOf().Select(ids => (ValueList<SecurityGroupId>)[.. ids]);

    private static readonly Gen<TimeSpan> s_time = s_number.Select(number => TimeSpan.FromTicks((number + 1L) * 12_345));

    private static readonly Gen<FlowTimeouts> s_timeouts = Gen.OneOf(
        Gen.Constant(new FlowTimeouts()),
        from times in s_time.ArrayOf(5)
        select new FlowTimeouts { TcpNew = times[0], TcpEstablished = times[1], TcpClosing = times[2], Udp = times[3], Icmp = times[4] });

    private static readonly Gen<Settings> s_settings =
        from mac in s_mac
        from port in Gen.Choose(1, ushort.MaxValue)
        from sources in s_prefix.ArrayOf()
        from flows in s_number
        from timeouts in s_timeouts
        select new Settings
        {
            VirtualMac = mac,
            MplsOverUdpPort = (ushort)port,
            TrustedTunnelSources = [.. sources],
            MaxFlows = flows + 1,
            MaxFlowsPerInterface = flows / 2,
            FlowTimeouts = timeouts,
        };

    private static readonly Gen<Vrf> s_vrf =
        from id in s_number
        from name in s_name
        from mode in Gen.Elements(ForwardingMode.L2L3, ForwardingMode.L3, ForwardingMode.L2)
        from rpfDisabled in s_bool
        select new Vrf(new VrfId(id)) { Name = name, ForwardingMode = mode, RpfDisabled = rpfDisabled };

    private static readonly Gen<PortSpec?> s_port = Gen.OneOf(
        Gen.Constant<PortSpec?>(null),
        from device in s_name
        from mode in Gen.Elements(AfXdpMode.Auto, AfXdpMode.ZeroCopy, AfXdpMode.Copy, AfXdpMode.Generic)
        from queues in Gen.Choose(0, 64)
        from ring in Gen.Choose(6, 14)
        from flags in Gen.Choose(0, 3)
        select (PortSpec?)new AfXdpSpec(device) { Mode = mode, Queues = queues, RingSize = 1 << ring, BusyPoll = (flags & 1) != 0, TunnelsOnly = (flags & 2) != 0 },
        from device in s_name
        from queues in Gen.Choose(0, 64)
        from offloadsDisabled in s_bool
        from space in s_name
        select (PortSpec?)new TapSpec(device) { Queues = queues, OffloadsDisabled = offloadsDisabled, NetworkNamespace = space });

    private static readonly Gen<AddressPair> s_pair = from prefix in s_prefix from mac in s_optionalMac select new AddressPair(prefix, mac);

    private static readonly Gen<Vif> s_vif =
        from id in s_number
        from kind in Gen.Elements(VifKind.Fabric, VifKind.Tenant, VifKind.Host)
        from name in s_name
        from mac in s_mac
        from vrf in s_number
        from addresses in s_prefix.ArrayOf()
        from pairs in s_pair.ArrayOf()
        from gateways in s_address.ArrayOf()
        from mtu in Gen.Choose(1, 9000)
        from vlan in Gen.Choose(0, 4094)
        from label in s_number
        from flags in Gen.Choose(0, 3)
        from port in s_port
        from groups in s_groupIds
        select new Vif(new VifId(id), kind)
        {
            Name = name,
            Mac = mac,
            Vrf = new VrfId(vrf),
            Addresses = [.. addresses],
            AllowedAddressPairs = [.. pairs],
            Gateways = [.. gateways],
            Mtu = mtu,
            Vlan = (ushort)vlan,
            Label = new MplsLabel(label),
            SourceCheckDisabled = (flags & 1) != 0,
            PolicyDisabled = (flags & 2) != 0,
            SecurityGroups = groups,
            MaxFlows = label / 3,
            Port = port,
        };

    private static readonly Gen<byte> s_protocol = Gen.Choose(0, 255).Select(protocol => (byte)protocol);

    private static readonly Gen<ushort> s_portNumber = Gen.Choose(0, ushort.MaxValue).Select(port => (ushort)port);

    private static readonly Gen<ProtocolPort> s_protocolPort = from protocol in s_protocol from port in s_portNumber select new ProtocolPort(protocol, port);

    private static readonly Gen<EcmpMember> s_member =
        from nextHop in s_number
        from label in s_number
        from weight in Gen.Choose(0, 100)
        from draining in s_bool
        from ports in s_protocolPort.ArrayOf()
        select new EcmpMember(new NextHopId(nextHop)) { Label = label, Weight = (uint)weight, Draining = draining, Ports = [.. ports] };

    private static readonly Gen<NextHop> s_nextHop = s_number.Select(id => new NextHopId(id)).SelectMany(id => Gen.OneOf(
        Gen.Constant<NextHop>(new DiscardNextHop(id)),
        Gen.Constant<NextHop>(new HostNextHop(id)),
        Gen.Constant<NextHop>(new RejectNextHop(id)),
        from members in s_member.ArrayOf()
        from hash in Gen.Elements(EcmpHash.FiveTuple, EcmpHash.SourceAddress)
        from timeout in Gen.OneOf(Gen.Constant(TimeSpan.Zero), s_time)
        select (NextHop)new EcmpNextHop(id) { Members = [.. members], Hash = hash, AffinityTimeout = timeout },
        s_number.Select(vrf => (NextHop)new VrfNextHop(id, new VrfId(vrf))),
        from vif in s_number
        from mac in s_optionalMac
        from address in s_optionalAddress
        select (NextHop)new VifNextHop(id, new VifId(vif)) { Mac = mac, Address = address },
        from kind in Gen.Elements(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)
        from destination in s_address.Where(address => !address.IsUnspecified)
        from source in s_optionalAddress
        from label in s_number
        from mac in s_optionalMac
        select (NextHop)new TunnelNextHop(id, kind, destination) { Source = source, Label = label, Mac = mac }));

    private static readonly Gen<Route> s_route =
        from vrf in s_number
        from prefix in s_prefix
        from nextHop in s_number
        from label in s_number
        from groups in s_groupIds
        from proxyArp in s_bool
        from mac in s_optionalMac
        select new Route(new VrfId(vrf), prefix, new NextHopId(nextHop)) { Label = label, SecurityGroups = groups, ProxyArp = proxyArp, Mac = mac };

    private static readonly Gen<LabelEntry> s_label =
        from label in s_number
        from nextHop in s_number
        from isEthernet in s_bool
        select new LabelEntry(new MplsLabel(label), new NextHopId(nextHop)) { IsEthernet = isEthernet };

    private static readonly Gen<VniEntry> s_vni = from vni in s_number from vrf in s_number select new VniEntry(new Vni(vni), new VrfId(vrf));

    private static readonly Gen<uint?> s_optionalNumber = Gen.OneOf(Gen.Constant<uint?>(null), Gen.Constant<uint?>(0), s_number.Select(number => (uint?)number));

    private static readonly Gen<ValueList<PortRange>> s_ports =
        (from first in s_number from last in s_number select new PortRange(first, last)).ArrayOf().Select(ports => (ValueList<PortRange>)[.. ports]);

    private static readonly Gen<SecurityRule> s_rule =
        from id in s_name
        from kinds in Gen.Choose(0, 26)
        from priority in s_number
        from protocol in s_optionalNumber
        from sources in s_ports
        from destinations in s_ports
        from icmp in Gen.OneOf(Gen.Constant<IcmpMatch?>(null), s_optionalNumber.Select(code => (IcmpMatch?)new IcmpMatch(priority, code)))
        from prefix in Gen.OneOf(Gen.Constant<IpPrefix?>(null), s_prefix.Select(prefix => (IpPrefix?)prefix))
        from remote in s_optionalNumber
        select new SecurityRule
        {
            Id = id,
            Direction = (RuleDirection)(kinds % 3),
            EtherType = (RuleEtherType)(kinds / 3 % 3),
            Action = (RuleAction)(kinds / 9 % 2),
            Priority = priority,
            Protocol = protocol,
            SourcePorts = sources,
            DestinationPorts = destinations,
            Icmp = icmp,
            RemotePrefix = prefix,
            RemoteGroup = prefix is null && remote is { } number ? new SecurityGroupId(number) : null,
        };

    private static readonly Gen<SecurityGroup> s_group =
        from id in s_number
        from name in s_name
        from rules in s_rule.ArrayOf()
        select new SecurityGroup(new SecurityGroupId(id), name, [.. rules]);

    private static readonly Gen<ValueList<VifId>> s_vifIds = s_number.Select(number => new VifId(number)).ArrayOf().Select(ids => (ValueList<VifId>)[.. ids]);

    private static readonly Gen<PortForward?> s_forward = Gen.OneOf(
        Gen.Constant<PortForward?>(null),
        from vrf in s_number from address in s_address from translates in s_bool select (PortForward?)new PortForward(new VrfId(vrf), address, translates));

    private static readonly Gen<PortMapping> s_mapping =
        from protocol in s_protocol
        from source in s_portNumber
        from destination in s_portNumber
        from vifs in s_vifIds
        from forward in s_forward
        select new PortMapping(protocol, source, destination) { Vifs = vifs, Forward = forward };

    private static readonly Gen<FloatingIp> s_floatingIp =
        from vrf in s_number
        from address in s_address
        from vifs in s_vifIds
        from fixedAddress in s_optionalAddress
        from direction in Gen.Elements(FloatingIpDirection.Both, FloatingIpDirection.Ingress, FloatingIpDirection.Egress)
        from mappings in s_mapping.ArrayOf()
        from sources in s_prefix.ArrayOf()
        select new FloatingIp(new VrfId(vrf), address) { Vifs = vifs, FixedAddress = fixedAddress, Direction = direction, PortMappings = [.. mappings], SourcePrefixes = [.. sources] };

    private static readonly Gen<SourceNat> s_sourceNat =
        from id in s_number
        from vrf in s_number
        from outside in s_number
        from sources in s_prefix.ArrayOf()
        from excluded in s_prefix.ArrayOf()
        from addresses in s_address.ArrayOf()
        from ports in Gen.OneOf(Gen.Constant(SourceNat.AllPorts), from first in s_number from last in s_number select new PortRange(first, last))
        select new SourceNat(new SourceNatId(id))
        {
            Vrf = new VrfId(vrf),
            OutsideVrf = new VrfId(outside),
            SourcePrefixes = [.. sources],
            ExcludedDestinations = [.. excluded],
            Addresses = [.. addresses],
            Ports = ports,
        };

    public static Arbitrary<Transaction> Any { get; } = (
        from settings in Gen.OneOf(Gen.Constant<Settings?>(null), s_settings.Select(settings => (Settings?)settings))
        from vrfs in s_vrf.ListOf()
        from vifs in s_vif.ListOf()
        from nextHops in s_nextHop.ListOf()
        from routes in s_route.ListOf()
        from labels in s_label.ListOf()
        from vnis in s_vni.ListOf()
        from groups in s_group.ListOf()
        from floatingIps in s_floatingIp.ListOf()
        from sourceNats in s_sourceNat.ListOf()
        select new Transaction
        {
            Settings = settings,
            Vrfs = [.. vrfs],
            Vifs = [.. vifs],
            NextHops = [.. nextHops],
            Routes = [.. routes],
            Labels = [.. labels],
            Vnis = [.. vnis],
            SecurityGroups = [.. groups],
            FloatingIps = [.. floatingIps],
            SourceNats = [.. sourceNats],
        }).ToArbitrary();
}
