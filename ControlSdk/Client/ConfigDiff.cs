using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>What makes one state out of another.</summary>
public static class ConfigDiff
{
    /// <summary>The request that does it: objects that are new or other are put, those that are gone are deleted.</summary>
    public static V1.ApplyRequest Between(V1.Config before, V1.Config after)
    {
        Dictionary<V1.ObjectKey, IMessage> known = ByKey(before);
        var request = new V1.ApplyRequest { Upsert = new V1.Config() };

        // The settings have no key: none means the default ones.
        if (!Equals(before.Settings, after.Settings))
        {
            request.Upsert.Settings = after.Settings ?? new V1.Settings();
        }

        foreach ((V1.ObjectKey key, IMessage item) in ByKey(after))
        {
            if (!known.Remove(key, out IMessage? old) || !old.Equals(item))
            {
                ConfigPieces.Add(request.Upsert, item);
            }
        }

        request.Delete.AddRange(known.Keys);
        return request;
    }

    // An object that is there twice is for the vRouter to refuse: here the last one counts.
    private static Dictionary<V1.ObjectKey, IMessage> ByKey(V1.Config config)
    {
        var objects = new Dictionary<V1.ObjectKey, IMessage>();

        foreach (IMessage item in ConfigPieces.ObjectsOf(config))
        {
            if (ContractKey.Of(item) is { } key)
            {
                objects[key] = item;
            }
        }

        return objects;
    }
}
