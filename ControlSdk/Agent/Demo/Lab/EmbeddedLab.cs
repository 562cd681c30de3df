using System.Diagnostics;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A lab inside this process: guests behind Memory ports, and a wire that carries frames between the two fabric ports. One
/// thread turns everything round: guests, wire, and a step of each data plane.
/// </summary>
internal sealed class EmbeddedLab : ILab
{
    private readonly List<LabNode> _nodes = [];
    private readonly Dictionary<Pod, Guest> _guests = [];
    private readonly SocketDirectory _sockets = new();
    private readonly EmbeddedWire _wire;
    private ushort _pings;

    public EmbeddedLab(Scenario scenario, Captures captures)
    {
        foreach (Node node in scenario.Nodes)
        {
            Add(scenario, node, captures);
        }

        _wire = new EmbeddedWire([.. _nodes.Select(AttachFabric)]);

        MemoryPort AttachFabric(LabNode node)
        {
            var port = new MemoryPort(node.DataPlane.Frames);
            node.Attach(Node.FabricVif, port, [node.Fabric, .. captures.Open($"{node.Node.Name}-fabric")]);
            return port;
        }
    }

    public string Description => "in-process guests on Memory ports, the nodes' fabric a wire in memory";

    public IReadOnlyList<LabNode> Nodes => _nodes;

    public TimeSpan? Ping(Pod from, IpAddress to, TimeSpan patience)
    {
        Guest guest = _guests[from];
        ushort number = ++_pings;
        long started = Stopwatch.GetTimestamp();

        guest.Ping(to, number);
        return Run(() => guest.HasAnswer(to, number), started, patience) ? Stopwatch.GetElapsedTime(started) : null;
    }

    public Fetch Fetch(Pod from, IpAddress to, Payload payload, TimeSpan patience, Action<long> progress, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        long reported = started;
        using GuestConnection connection = _guests[from].Connect(to, HttpMessage.Request(payload));

        Run(() => connection.IsOver || Report(), started, patience);

        return Demo.Fetch.Of(connection.IsEstablished, connection.Received, Stopwatch.GetElapsedTime(started));

        bool Report()
        {
            stop.ThrowIfCancellationRequested();

            if (Stopwatch.GetElapsedTime(reported) > TimeSpan.FromMilliseconds(50))
            {
                reported = Stopwatch.GetTimestamp();
                progress(connection.Received.BodyBytes);
            }

            return false;
        }
    }

    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _sockets.Dispose();
    }

    private void Add(Scenario scenario, Node node, Captures captures)
    {
        var made = new LabNode(node, new DataPlane(new DataPlaneOptions { OpenPorts = false, Frames = 8192 }), _sockets);
        _nodes.Add(made);
        made.Control.Sync(NodeConfig.Create(scenario, node, scenario.Phases[0]));

        foreach (Pod pod in node.Pods)
        {
            var port = new MemoryPort(made.DataPlane.Frames);
            made.Attach(pod.Vif, port, captures.Open(pod.Name));
            _guests.Add(pod, new Guest(pod, port));
        }
    }

    /// <summary>Turns everything round until the condition holds; false when it did not in time.</summary>
    private bool Run(Func<bool> until, long started, TimeSpan patience)
    {
        while (!until())
        {
            if (Turn())
            {
                continue;
            }

            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                return false;
            }

            Thread.Yield();
        }

        return true;
    }

    private bool Turn()
    {
        bool worked = _wire.Carry();

        foreach (Guest guest in _guests.Values)
        {
            worked |= guest.Poll();
        }

        foreach (LabNode node in _nodes)
        {
            worked |= node.DataPlane.Step() > 0;
        }

        return worked;
    }
}
