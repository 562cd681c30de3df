using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>Large states as configurations that are together the whole: each a message of modest size, for gRPC's default limit of 4 MiB too.</summary>
public static class ConfigPieces
{
    private const int MostObjects = 1024;
    private const int MostBytes = 1 << 20;

    /// <summary>The pieces of a configuration: at least one.</summary>
    public static IEnumerable<V1.Config> Of(V1.Config config) => Of(ObjectsOf(config));

    /// <summary>Objects of a configuration, its settings among them, in pieces: at least one.</summary>
    public static IEnumerable<V1.Config> Of(IEnumerable<IMessage> objects)
    {
        var piece = new V1.Config();
        int count = 0, bytes = 0;

        foreach (IMessage item in objects)
        {
            int size = item.CalculateSize();

            if (count > 0 && (count == MostObjects || bytes + size > MostBytes))
            {
                yield return piece;
                (piece, count, bytes) = (new V1.Config(), 0, 0);
            }

            Add(piece, item);
            count++;
            bytes += size;
        }

        yield return piece;
    }

    /// <summary>The objects of a configuration, its settings among them.</summary>
    public static IEnumerable<IMessage> ObjectsOf(V1.Config config)
    {
        IEnumerable<IMessage> settings = config.Settings is null ? [] : [config.Settings];

        return settings
            .Concat(config.Vrfs)
            .Concat(config.Interfaces)
            .Concat(config.NextHops)
            .Concat(config.Routes)
            .Concat(config.MacRoutes)
            .Concat(config.Labels)
            .Concat(config.Vnis)
            .Concat(config.SecurityGroups)
            .Concat(config.FloatingIps)
            .Concat(config.SourceNats)
            .Concat(config.MirrorSessions);
    }

    /// <summary>Adds an object where it belongs.</summary>
    /// <exception cref="ArgumentException">It is no object of a configuration.</exception>
    public static void Add(V1.Config config, IMessage item)
    {
        switch (item)
        {
            case V1.Settings settings: config.Settings = settings; break;
            case V1.Vrf vrf: config.Vrfs.Add(vrf); break;
            case V1.Interface vif: config.Interfaces.Add(vif); break;
            case V1.NextHop nextHop: config.NextHops.Add(nextHop); break;
            case V1.Route route: config.Routes.Add(route); break;
            case V1.MacRoute route: config.MacRoutes.Add(route); break;
            case V1.Label label: config.Labels.Add(label); break;
            case V1.Vni vni: config.Vnis.Add(vni); break;
            case V1.SecurityGroup group: config.SecurityGroups.Add(group); break;
            case V1.FloatingIp ip: config.FloatingIps.Add(ip); break;
            case V1.SourceNat nat: config.SourceNats.Add(nat); break;
            case V1.MirrorSession session: config.MirrorSessions.Add(session); break;
            default: throw new ArgumentException($"{item.Descriptor.Name} is no object of a configuration", nameof(item));
        }
    }
}
