using VRouter.Forwarding;

namespace VRouter.Bench.Services;

/// <summary>Where flows go that a group of next hops is to share.</summary>
internal static class SpreadBench
{
    private const uint MostWeight = 4;

    /// <summary>Members of equal weight.</summary>
    public static SpreadFigures MeasureEqual(int flows, int members) =>
        Measure(flows, [.. Enumerable.Range(0, members).Select(node => ServiceSite.Member(node))], "equal");

    /// <summary>Members of weights 1 to 4 in turn.</summary>
    public static SpreadFigures MeasureWeighted(int flows, int members) =>
        Measure(flows, [.. Enumerable.Range(0, members).Select(node => ServiceSite.Member(node, 1 + (uint)node % MostWeight))], $"1 to {MostWeight}");

    /// <summary>Members of which one is removed while flows are there, and on another vRouter before any are, which lists them the other way round.</summary>
    public static RemovalFigures MeasureRemoval(int flows, int members)
    {
        EcmpMember[] all = [.. Enumerable.Range(0, members).Select(node => ServiceSite.Member(node))];
        int removed = members / 2;
        EcmpMember[] rest = [.. all.Where((_, node) => node != removed)];

        using var node = new ServiceNode(ServiceSite.With(flows, all));
        byte[] before = Choices.Read(node, flows);
        node.Apply(new Transaction { NextHops = { ServiceSite.Group(rest) } });
        byte[] after = Choices.Read(node, flows);
        byte[] anew = Choices.OfNewFlows(flows, rest.Reverse());

        if (after.Contains((byte)removed) || anew.Contains((byte)removed))
        {
            throw new BenchException("a packet has left for a member that was removed");
        }

        int lost = before.Count(node => node == removed);
        int movedOthers = Moved(before, after) - lost;
        int newMoved = Moved(before, anew);
        return new RemovalFigures("removal", flows, members, Share(lost, flows), movedOthers, Share(newMoved, flows), Share(newMoved - lost, flows));
    }

    private static SpreadFigures Measure(int flows, EcmpMember[] members, string weights)
    {
        byte[] chosen = Choices.OfNewFlows(flows, members);
        double total = members.Sum(member => member.Weight);
        double[] ofDue = [.. members.Select((member, node) => chosen.Count(to => to == node) * total / (member.Weight * (double)flows))];
        return new SpreadFigures("spread", flows, members.Length, weights, Round(ofDue.Max()), Round(ofDue.Min()));
    }

    private static int Moved(byte[] from, byte[] to) => from.Zip(to).Count(pair => pair.First != pair.Second);

    private static double Share(int part, int whole) => Round((double)part / whole);

    private static double Round(double value) => Math.Round(value, 6);
}
