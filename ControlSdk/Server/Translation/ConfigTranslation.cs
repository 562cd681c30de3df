using Google.Protobuf;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Desired state, both ways. Reading goes on behind what cannot be read: the transaction then holds stand-ins, fit to be validated
/// and not to be applied.
/// </summary>
internal static class ConfigTranslation
{
    public static Transaction Read(V1.Config config, IEnumerable<V1.ObjectKey> deletes, List<V1.Problem> problems)
    {
        var scope = new ObjectScope(config, problems);
        RefuseWhatIsNotSupported(config, scope);

        return new Transaction
        {
            Settings = config.Settings is null ? null : SettingsTranslation.Read(config.Settings, scope.For(config.Settings)),
            Vrfs = ReadAll(config.Vrfs, scope, VrfTranslation.Read),
            Vifs = ReadAll(config.Interfaces, scope, VifTranslation.Read),
            NextHops = ReadAll(config.NextHops, scope, NextHopTranslation.Read),
            Routes = ReadRoutes(config, scope),
            Labels = ReadAll(config.Labels, scope, LabelTranslation.Read),
            Vnis = ReadAll(config.Vnis, scope, (vni, _) => VniTranslation.Read(vni)),
            SecurityGroups = ReadAll(config.SecurityGroups, scope, SecurityGroupTranslation.Read),
            Deletes = [.. deletes.Select((key, i) => ObjectKeyTranslation.Read(key, scope.For(key), $"delete[{i}]")).OfType<ObjectKey>()],
        };
    }

    public static V1.Config Write(Transaction state) => new()
    {
        Settings = state.Settings is null ? null : SettingsTranslation.Write(state.Settings),
        Vrfs = { state.Vrfs.Select(VrfTranslation.Write) },
        Interfaces = { state.Vifs.Select(VifTranslation.Write) },
        NextHops = { state.NextHops.Select(NextHopTranslation.Write) },
        Routes = { state.Routes.Select(RouteTranslation.Write) },
        Labels = { state.Labels.Select(LabelTranslation.Write) },
        Vnis = { state.Vnis.Select(VniTranslation.Write) },
        SecurityGroups = { state.SecurityGroups.Select(SecurityGroupTranslation.Write) },
    };

    private static List<TModel> ReadAll<TContract, TModel>(IEnumerable<TContract> objects, ObjectScope scope, Func<TContract, ObjectScope, TModel> read)
        where TContract : IMessage =>
        [.. objects.Select(item => read(item, scope.For(item)))];

    private static List<Route> ReadRoutes(V1.Config config, ObjectScope scope)
    {
        var routes = new List<Route>(config.Routes.Count);

        foreach (V1.Route route in config.Routes)
        {
            if (RouteTranslation.Read(route, scope.For(route)) is { } read)
            {
                routes.Add(read);
            }
        }

        return routes;
    }

    private static void RefuseWhatIsNotSupported(V1.Config config, ObjectScope scope)
    {
        Refuse(config.MacRoutes, "a MAC route is");
        Refuse(config.FloatingIps, "a floating IP is");
        Refuse(config.SourceNats, "source NAT is");
        Refuse(config.MirrorSessions, "mirroring is");

        void Refuse(IEnumerable<IMessage> objects, string what)
        {
            foreach (IMessage refused in objects)
            {
                scope.For(refused).RefuseIf(true, "", what);
            }
        }
    }
}
