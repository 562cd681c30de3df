using Google.Protobuf;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Desired state, both ways. Reading goes on behind what cannot be read: the transaction then holds stand-ins, fit to be validated
/// and not to be applied.
/// </summary>
internal static class ConfigTranslation
{
    /// <summary>Adds what is wanted to a transaction.</summary>
    public static void Read(V1.Config config, Transaction transaction, List<V1.Problem> problems)
    {
        var scope = new ObjectScope(config, problems);
        RefuseWhatIsNotSupported(config, scope);

        ReadSettings(config, transaction, scope);
        ReadAll(config.Vrfs, transaction.Vrfs, scope, VrfTranslation.Read);
        ReadAll(config.Interfaces, transaction.Vifs, scope, VifTranslation.Read);
        ReadAll(config.NextHops, transaction.NextHops, scope, NextHopTranslation.Read);
        ReadRoutes(config, transaction.Routes, scope);
        ReadAll(config.Labels, transaction.Labels, scope, LabelTranslation.Read);
        ReadAll(config.Vnis, transaction.Vnis, scope, (vni, _) => VniTranslation.Read(vni));
        ReadAll(config.SecurityGroups, transaction.SecurityGroups, scope, SecurityGroupTranslation.Read);
        transaction.FloatingIps.AddRange(config.FloatingIps.Select(floatingIp => FloatingIpTranslation.Read(floatingIp, scope.For(floatingIp))).OfType<FloatingIp>());
        ReadAll(config.SourceNats, transaction.SourceNats, scope, SourceNatTranslation.Read);
    }

    /// <summary>Adds what shall go to a transaction.</summary>
    public static void Read(IReadOnlyList<V1.ObjectKey> deletes, Transaction transaction, List<V1.Problem> problems)
    {
        for (int i = 0; i < deletes.Count; i++)
        {
            if (ObjectKeyTranslation.Read(deletes[i], new ObjectScope(deletes[i], problems), $"delete[{i}]") is { } key)
            {
                transaction.Deletes.Add(key);
            }
        }
    }

    public static V1.Config Write(Transaction state)
    {
        var config = new V1.Config();

        foreach (IMessage item in WriteObjects(state))
        {
            ConfigPieces.Add(config, item);
        }

        return config;
    }

    /// <summary>The objects of a state, each written as it is asked for; with its routes or without.</summary>
    public static IEnumerable<IMessage> WriteObjects(Transaction state, bool routes = true)
    {
        IEnumerable<IMessage> settings = state.Settings is null ? [] : [SettingsTranslation.Write(state.Settings)];

        return settings
            .Concat(state.Vrfs.Select(VrfTranslation.Write))
            .Concat(state.Vifs.Select(VifTranslation.Write))
            .Concat(state.NextHops.Select(NextHopTranslation.Write))
            .Concat((routes ? state.Routes : []).Select(RouteTranslation.Write))
            .Concat(state.Labels.Select(LabelTranslation.Write))
            .Concat(state.Vnis.Select(VniTranslation.Write))
            .Concat(state.SecurityGroups.Select(SecurityGroupTranslation.Write))
            .Concat(state.FloatingIps.Select(FloatingIpTranslation.Write))
            .Concat(state.SourceNats.Select(SourceNatTranslation.Write));
    }

    private static void ReadSettings(V1.Config config, Transaction transaction, ObjectScope scope)
    {
        if (config.Settings is not null)
        {
            ObjectScope settings = scope.For(config.Settings);

            // The pieces of a configuration are one, and nothing is in it twice.
            if (transaction.Settings is not null)
            {
                settings.Add("", "the settings are in the request twice");
            }

            transaction.Settings = SettingsTranslation.Read(config.Settings, settings);
        }
    }

    private static void ReadAll<TContract, TModel>(
        IReadOnlyList<TContract> objects, List<TModel> models, ObjectScope scope, Func<TContract, ObjectScope, TModel> read) where TContract : IMessage
    {
        models.EnsureCapacity(models.Count + objects.Count);

        foreach (TContract item in objects)
        {
            models.Add(read(item, scope.For(item)));
        }
    }

    private static void ReadRoutes(V1.Config config, List<Route> routes, ObjectScope scope)
    {
        routes.EnsureCapacity(routes.Count + config.Routes.Count);

        foreach (V1.Route route in config.Routes)
        {
            if (RouteTranslation.Read(route, scope.For(route)) is { } read)
            {
                routes.Add(read);
            }
        }
    }

    private static void RefuseWhatIsNotSupported(V1.Config config, ObjectScope scope)
    {
        Refuse(config.MacRoutes, "a MAC route is");
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
