using Microsoft.Extensions.Logging;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent;

/// <summary>Knows which ports are up and logs what changes.</summary>
internal sealed class LinkWatch(DataPlane dataPlane, ILogger log)
{
    private Dictionary<VifId, VifLink> _known = [];

    /// <summary>What each vif is: "eth0: af_xdp eth0 (copy, 1 queue)".</summary>
    public IReadOnlyList<string> Describe()
    {
        IReadOnlyList<VifLink> links = dataPlane.ReadLinks();
        _known = links.ToDictionary(link => link.Vif);
        return [.. links.Select(link => $"{NameOf(link)}: {Describe(link)}")];
    }

    /// <summary>Looks at every port; logs those that came, went, or changed.</summary>
    public void Look()
    {
        IReadOnlyList<VifLink> links = dataPlane.ReadLinks();

        foreach (VifLink link in links)
        {
            Compare(_known.GetValueOrDefault(link.Vif), link);
        }

        Dictionary<VifId, VifLink> now = links.ToDictionary(link => link.Vif);

        foreach (VifLink gone in _known.Values.Where(link => link.Port.Length > 0 && !now.ContainsKey(link.Vif)))
        {
            log.PortGone(gone.Vif.Value, gone.Port);
        }

        _known = now;
    }

    private void Compare(VifLink? before, VifLink now)
    {
        bool hadPort = before is { Port.Length: > 0 };

        if (now.Port.Length == 0)
        {
            if (hadPort)
            {
                log.PortGone(now.Vif.Value, before!.Port);
            }
        }
        else if (now.IsUp && !(hadPort && before!.IsUp))
        {
            log.LinkUp(NameOf(now), now.Port);
        }
        else if (!now.IsUp && (!hadPort || before!.IsUp))
        {
            log.LinkDown(NameOf(now), now.Port);
        }
    }

    private static string Describe(VifLink link) => link switch
    {
        { Port.Length: 0 } => "no port",
        { IsUp: false } => $"{link.Port}, down",
        _ => link.Port,
    };

    private static string NameOf(VifLink link) => link.Name.Length > 0 ? link.Name : $"interface {link.Vif}";
}
