using System.Collections.Frozen;

namespace VRouter.ControlSdk.Server;

/// <summary>What a caller of each method must be allowed.</summary>
internal static class MethodRoles
{
    private static readonly FrozenDictionary<string, ControlRole> s_roles = new Dictionary<string, ControlRole>
    {
        ["/vrouter.v1.Control/Export"] = ControlRole.Read,
        ["/vrouter.v1.Control/Watch"] = ControlRole.Read,
        ["/vrouter.v1.Diagnostics/Trace"] = ControlRole.Read,
        ["/vrouter.v1.Diagnostics/ListFlows"] = ControlRole.Read,
        ["/vrouter.v1.Diagnostics/GetCounters"] = ControlRole.Read,
        ["/vrouter.v1.Diagnostics/ListDrops"] = ControlRole.Read,
        ["/vrouter.v1.Diagnostics/Capture"] = ControlRole.Capture,
        ["/vrouter.v1.Diagnostics/FollowTraces"] = ControlRole.Capture,
        ["/grpc.health.v1.Health/Check"] = ControlRole.Read,
        ["/grpc.health.v1.Health/List"] = ControlRole.Read,
        ["/grpc.health.v1.Health/Watch"] = ControlRole.Read,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = ControlRole.Read,
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = ControlRole.Read,
    }.ToFrozenDictionary();

    /// <summary>The role for a method by its full name; whatever is not known to be harmless is a change.</summary>
    public static ControlRole Of(string method) => s_roles.GetValueOrDefault(method, ControlRole.Write);
}
