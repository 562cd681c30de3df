using Microsoft.Extensions.Logging;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent;

/// <summary>Knows which ports are up and logs what changes.</summary>
internal sealed class LinkWatch(DataPlane dataPlane, ILogger log)
{
    private readonly Dictionary<uint, (string Port, bool IsUp)> _known = [];
    private IReadOnlyList<Interface> _vifs = [];

    /// <summary>Watches the ports of these vifs from now on, and says what each is: "eth0: af_xdp eth0 (copy, 1 queue)".</summary>
    public IReadOnlyList<string> Watch(IReadOnlyList<Interface> vifs)
    {
        _vifs = vifs;
        return [.. vifs.Select(vif => $"{NameOf(vif)}: {Describe(vif)}")];
    }

    /// <summary>Looks at every port; logs those that came, went, or changed.</summary>
    public void Look()
    {
        foreach (Interface vif in _vifs)
        {
            Look(vif, PortOf(vif));
        }

        foreach ((uint id, (string port, _)) in _known.ExceptBy(_vifs.Select(vif => vif.Id), known => known.Key).ToList())
        {
            log.PortGone(id, port);
            _known.Remove(id);
        }
    }

    private void Look(Interface vif, IPort? port)
    {
        if (port is null)
        {
            return;
        }

        bool isKnown = _known.TryGetValue(vif.Id, out (string Port, bool IsUp) before);
        (string Port, bool IsUp) now = (port.Description, port.IsUp);
        _known[vif.Id] = now;

        if (now.IsUp && isKnown && !before.IsUp)
        {
            log.LinkUp(NameOf(vif), now.Port);
        }
        else if (!now.IsUp && (!isKnown || before.IsUp))
        {
            log.LinkDown(NameOf(vif), now.Port);
        }
    }

    private string Describe(Interface vif) => PortOf(vif) switch
    {
        null => "no port",
        { IsUp: false } port => $"{port.Description}, down",
        IPort port => port.Description,
    };

    private IPort? PortOf(Interface vif) => dataPlane.FindPort(new VifId(vif.Id));

    private static string NameOf(Interface vif) => vif.Name.Length > 0 ? vif.Name : $"interface {vif.Id}";
}
