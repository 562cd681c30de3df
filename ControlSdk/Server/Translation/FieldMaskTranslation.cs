using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Which kinds of objects a mask over the fields of a Config is after.</summary>
internal static class FieldMaskTranslation
{
    private static readonly Dictionary<string, ObjectKind> s_kinds = new()
    {
        ["settings"] = ObjectKind.Settings,
        ["vrfs"] = ObjectKind.Vrf,
        ["interfaces"] = ObjectKind.Vif,
        ["next_hops"] = ObjectKind.NextHop,
        ["routes"] = ObjectKind.Route,
        ["labels"] = ObjectKind.Label,
        ["vnis"] = ObjectKind.Vni,
        ["security_groups"] = ObjectKind.SecurityGroup,
        ["floating_ips"] = ObjectKind.FloatingIp,
        ["source_nats"] = ObjectKind.SourceNat,
    };

    /// <summary>The kinds; null = all of them. What the contract knows and this version has none of is no kind.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a path is no field of a Config.</exception>
    public static HashSet<ObjectKind>? Read(FieldMask? mask) => mask is null ? null : [.. mask.Paths.Where(IsField).Where(s_kinds.ContainsKey).Select(path => s_kinds[path])];

    private static bool IsField(string path) => V1.Config.Descriptor.FindFieldByName(path) is not null
        ? true
        : throw new RpcException(new Status(StatusCode.InvalidArgument, $"fields: a Config has no field '{path}'"));
}
