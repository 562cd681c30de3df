using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Plays a scenario to a data plane and to the reference, and compares what they do with every packet.</summary>
internal sealed class Comparison : IDisposable
{
    private const int LeastEntropy = 49152;

    // With a seed limits are exact, whatever the number of workers.
    private static readonly FlowSeed s_seed = new(1, 2);

    private readonly List<(DropReason Reason, string Rule)> _drops = [];
    private readonly Dictionary<(FiveTuple Tuple, string Field), uint> _entropy = [];
    private readonly List<FlowEvent> _events = [];
    private readonly Node _node;
    private readonly ReferenceRouter _reference = new();

    private readonly ISet<DropReason> _met;

    // A trace does not decide flows anew, nor set any up: it does not know whether there is room, nor by which way answers, and so errors, go.
    private bool _hasChanged;

    private Comparison(int workers, int queues, ISet<DropReason> met)
    {
        _met = met;
        _node = new Node(new DataPlaneOptions
        {
            Frames = 2048,
            Workers = workers,
            FlowEvents = true,
            Seed = s_seed,
            OnDrop = drop => _drops.Add((drop.Reason, drop.RuleId)),
        })
        {
            Queues = queues,
        };
    }

    /// <summary>Plays a scenario to the end.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="workers">Workers of the data plane.</param>
    /// <param name="queues">Queues of each of its ports.</param>
    /// <param name="met">Gets what became of packets, for those who want to know whether scenarios are worth their time.</param>
    /// <exception cref="DifferenceException">They do not agree.</exception>
    public static void Run(Scenario scenario, int workers = 1, int queues = 1, ISet<DropReason>? met = null)
    {
        using var comparison = new Comparison(workers, queues, met ?? new HashSet<DropReason>());
        var talk = new Talk(scenario.Conversations);
        comparison.Apply(Site.Ground());
        comparison.Apply(scenario.Setup);

        for (int i = 0; i < scenario.Steps.Length; i++)
        {
            string difference = comparison.Take(scenario.Steps[i], talk);
            difference = difference.Length > 0 ? difference : comparison.FindFlowDifference();

            if (difference.Length > 0)
            {
                throw new DifferenceException($"{Environment.NewLine}{difference}{Environment.NewLine}at step {i} of{Environment.NewLine}{scenario}");
            }
        }
    }

    /// <summary>The same of a scenario that nobody has looked at. False: it has led where the reference does not go, and ended there.</summary>
    /// <exception cref="DifferenceException">They do not agree.</exception>
    public static bool TryRun(Scenario scenario, int workers, int queues, ISet<DropReason> met)
    {
        try
        {
            Run(scenario, workers, queues, met);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    public void Dispose() => _node.Dispose();

    private string Take(Step step, Talk talk)
    {
        switch (step)
        {
            case WaitStep wait:
                return Wait(wait.Paces);

            case ChangeStep change:
                return Apply(change.Transaction);

            default:
                var packet = (PacketStep)step;
                string difference = Receive(talk, packet);
                return difference.Length > 0 ? difference : Wait(1);
        }
    }

    private string Apply(Transaction transaction)
    {
        // What is refused changes nothing.
        if (_node.Plane.Apply(transaction).Problems.Count > 0)
        {
            return "";
        }

        _hasChanged = _reference.Now > TimeSpan.Zero;
        _node.Apply(transaction);
        transaction.Deletes.Where(key => key.Kind == ObjectKind.Vif).ToList().ForEach(key => _node.Forget(key.Id));
        return Difference("what became of packets that waited", Observed.Of(_reference.Apply(transaction)), Observed.Of(TakeDrops(), []));
    }

    private string Wait(int paces)
    {
        string difference = "";

        for (int i = 0; i < paces && difference.Length == 0; i++)
        {
            _node.Clock.Advance(Site.Pace);
            _node.Settle();
            difference = Difference("what became of packets that waited", Observed.Of(_reference.Wait(Site.Pace)), Observed.Of(TakeDrops(), []));
        }

        return difference;
    }

    private string Receive(Talk talk, PacketStep step)
    {
        step = talk.TurnOf(step);
        (uint Vif, byte[] Frame) arrival = talk.FrameOf(step);

        // What has gone has no port: nothing can come in.
        if (_reference.State.FindVif(new VifId(arrival.Vif)) is null)
        {
            return "";
        }

        TraceResult trace = _node.Plane.Trace(new VifId(arrival.Vif), arrival.Frame);
        _node.Receive(arrival.Vif, arrival.Frame, step.Queue % _node.Port(arrival.Vif).QueueCount);
        TellPorts();
        IReadOnlyList<Outcome> expected = _reference.Receive(new VifId(arrival.Vif), arrival.Frame);
        (uint Vif, byte[] Frame)[] frames = [.. _node.SentAnywhere()];
        Sent[] sent = [.. frames.Select(one => new Sent(new VifId(one.Vif), TunnelFrames.Plain(one.Frame)))];

        Outcome own = expected[0];
        _met.Add(own.Reason);

        if (own is { Reason: DropReason.None, Sent: [var delivered] })
        {
            talk.Hear(step, delivered);
        }

        string difference = Difference("what became of the packet", Observed.Of(expected), Observed.Of(TakeDrops(), sent));
        difference = difference.Length > 0 ? difference : FindEntropyDifference(expected, [.. frames.Select(frame => frame.Frame)]);
        bool isTraceExact = !_hasChanged && own.Reason is not (DropReason.FlowLimit or DropReason.FlowTableFull or DropReason.TtlExpired);
        return difference.Length > 0 || !isTraceExact ? difference : Difference("the trace", Observed.Of([own with { Rule = "", ReasonOfError = DropReason.None }]), Observed.Of(trace));
    }

    /// <summary>Which free ports flows have got is for the data plane to choose.</summary>
    private void TellPorts()
    {
        _events.AddRange(_node.Plane.TakeFlowEvents().Events);

        foreach (FlowRecord record in _events.Where(one => one.Kind == FlowEventKind.Started).Select(one => one.Records[0]))
        {
            _reference.Given[(record.Key.Vrf, TupleOf(record.Key))] = TupleOf(record.ReverseKey).Reverse();
        }
    }

    private static FiveTuple TupleOf(FlowRecordKey key) => new(key.Source, key.Destination, key.Protocol, key.SourcePort, key.DestinationPort);

    /// <summary>"Every packet of a flow, its fragments included, carries the same one for the life of the flow", from 49152 on.</summary>
    private string FindEntropyDifference(IEnumerable<Outcome> expected, byte[][] frames)
    {
        foreach (Sent sent in expected.SelectMany(outcome => outcome.Sent).Where(sent => sent.Tuple is not null && sent.Vif.Value == Site.Fabric))
        {
            byte[] frame = frames.First(frame => TunnelFrames.Plain(frame).AsSpan().SequenceEqual(sent.Frame));

            foreach ((string field, uint value) in TunnelFrames.Entropy(frame))
            {
                uint before = _entropy.GetValueOrDefault((sent.Tuple!, field), value);
                _entropy[(sent.Tuple!, field)] = value;

                if (value != before || (field == "source port" && value < LeastEntropy))
                {
                    return $"the {field} of {sent.Tuple} was {before}, is {value}";
                }
            }
        }

        return "";
    }

    private (DropReason, string)[] TakeDrops()
    {
        (DropReason, string)[] drops = [.. _drops];
        _drops.Clear();
        return drops;
    }

    private string FindFlowDifference()
    {
        DateTimeOffset start = _node.Clock.GetUtcNow() - _reference.Now;
        FlowEvent[] events = [.. _events, .. _node.Plane.TakeFlowEvents().Events];
        _events.Clear();
        _reference.Given.Clear();

        return new[]
        {
            Difference(
                "the flows",
                Lines(_reference.Flows.All.SelectMany(flow => ReferenceRecords.Of(flow, start))),
                Lines(_node.Plane.ReadFlows())),
            Difference(
                "what has ended",
                Lines(_reference.Flows.TakeEnded().SelectMany(ended => ReferenceRecords.Of(ended.Flow, start, ended.Reason))),
                Lines(events.Where(one => one.Kind == FlowEventKind.Ended).SelectMany(one => one.Records))),
            Difference(
                "what has begun",
                Lines(_reference.Flows.TakeStarted().Select(flow => ReferenceRecords.Of(flow, start).First().Key)),
                Lines(events.Where(one => one.Kind == FlowEventKind.Started).Select(one => one.Records[0].Key))),
        }.FirstOrDefault(difference => difference.Length > 0, "");
    }

    private static string Lines<T>(IEnumerable<T> items) => string.Join(Environment.NewLine, items.Select(item => $"    {item}").Order());

    private static string Difference(string what, string expected, string actual) => expected == actual
        ? ""
        : $"{what}: expected{Environment.NewLine}{expected}{Environment.NewLine}  but was{Environment.NewLine}{actual}";
}
