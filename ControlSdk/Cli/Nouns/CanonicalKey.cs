using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary>The key of an object as the vRouter writes it, however the object has it.</summary>
internal static class CanonicalKey
{
    /// <summary>The key; the empty one for the settings.</summary>
    public static V1.ObjectKey Of(IMessage item)
    {
        V1.ObjectKey key = ContractKey.Of(item) ?? new V1.ObjectKey();

        switch (key.KindCase)
        {
            case V1.ObjectKey.KindOneofCase.Route:
                key.Route.Prefix = KeyText.Prefix(key.Route.Prefix);
                break;
            case V1.ObjectKey.KindOneofCase.MacRoute:
                key.MacRoute.Mac = KeyText.Mac(key.MacRoute.Mac);
                break;
            case V1.ObjectKey.KindOneofCase.FloatingIp:
                key.FloatingIp.Address = KeyText.Address(key.FloatingIp.Address);
                break;
        }

        return key;
    }
}
