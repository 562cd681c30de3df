using System.Runtime.Intrinsics;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

[TestFixture]
internal sealed class EcmpSpreadTests
{
    private const int Flows = 1_000_000;

    // Clients behind few addresses with ports one after the other, to one service: the least that flows can differ.
    private static readonly uint[] s_flows =
        [.. Enumerable.Range(0, Flows).Select(i => FlowHash.Compute((0x0A20_0000UL + (uint)(i / 50_000)) << 32 | 0x0A60_0001, 6, (uint)(1024 + i % 50_000) << 16 | 80))];

    private static readonly uint[] s_sixteen = Identities(16);

    [Test]
    public void SpreadsAMillionFlowsEvenlyOverSixteen()
    {
        Dictionary<uint, int> flows = Count(new EcmpSpread(s_sixteen, Weights(16)));

        Assert.That(flows, Has.Count.EqualTo(16));
        TestContext.Out.WriteLine($"max/mean {flows.Values.Max() * 16.0 / Flows:F4}, min/mean {flows.Values.Min() * 16.0 / Flows:F4}");
        Assert.That(flows.Values.Max() * 16.0 / Flows, Is.LessThan(1.05));
    }

    [TestCase(1u, 3u)]
    [TestCase(1u, 1u, 2u, 4u)]
    [TestCase(10u, 20u, 30u, 40u, 50u, 60u, 70u, 80u, 90u, 100u)]
    [TestCase(1u, 1_000_000u, 2_000_000u)]
    [TestCase(65_535u, 65_534u, 65_533u)]
    public void HoldsWeightsWithinFivePercent(params uint[] weights)
    {
        uint[] identities = Identities(weights.Length);
        Dictionary<uint, int> flows = Count(new EcmpSpread(identities, weights));
        double all = weights.Sum(weight => (double)weight);

        for (int i = 0; i < weights.Length; i++)
        {
            double due = Flows * (weights[i] / all);
            int got = flows.GetValueOrDefault(identities[i]);
            TestContext.Out.WriteLine($"weight {weights[i]}: {got} of {due:F0} due, {got / due:F4}");
            Assert.That(got, due < 100 ? Is.LessThan(100) : Is.EqualTo(due).Within(5).Percent);
        }
    }

    [Test]
    public void HoldsWeightsAmongMany()
    {
        uint[] identities = Identities(1000), weights = [.. Enumerable.Range(0, 1000).Select(i => i < 500 ? 1u : 3u)];
        Dictionary<uint, int> flows = Count(new EcmpSpread(identities, weights));

        Assert.That(identities[..500].Sum(identity => flows[identity]) / (double)Flows, Is.EqualTo(0.25).Within(0.005));
    }

    [Test]
    public void MovesOnlyTheFlowsOfAMemberThatGoes()
    {
        var before = new EcmpSpread(s_sixteen, Weights(16));
        var after = new EcmpSpread(s_sixteen.AsSpan(1), Weights(15));

        Assert.That(s_flows.Count(flow => before.Choose(flow) != s_sixteen[0] && before.Choose(flow) != after.Choose(flow)), Is.Zero);
        Assert.That(Count(after).Values.Max() * 15.0 / Flows, Is.LessThan(1.05), "they go to all the others");
    }

    [Test]
    public void MovesOnlyTheFlowsOfAMemberThatGoesWhateverTheWeightsAre()
    {
        uint[] weights = [7, 1, 2, 2, 2];
        uint[] identities = Identities(5);
        var before = new EcmpSpread(identities, weights);

        foreach (int gone in new[] { 0, 1, 4 })
        {
            var after = new EcmpSpread([.. identities.Where((_, i) => i != gone)], [.. weights.Where((_, i) => i != gone)]);
            Assert.That(s_flows.Count(flow => before.Choose(flow) != identities[gone] && before.Choose(flow) != after.Choose(flow)), Is.Zero);
        }
    }

    [Test]
    public void MovesFlowsOnlyToTheMemberWhoseWeightRises()
    {
        uint[] identities = Identities(4);
        var before = new EcmpSpread(identities, [3, 3, 3, 3]);
        var after = new EcmpSpread(identities, [3, 3, 5, 3]);

        Assert.That(s_flows.Count(flow => after.Choose(flow) != identities[2] && before.Choose(flow) != after.Choose(flow)), Is.Zero);
    }

    [Test]
    public void TakesForAMemberThatComesItsShareAndNoMore()
    {
        uint[] more = Identities(17);
        var before = new EcmpSpread(s_sixteen, Weights(16));
        var after = new EcmpSpread(more, Weights(17));
        int moved = s_flows.Count(flow => before.Choose(flow) != after.Choose(flow));

        Assert.That(s_flows.Count(flow => after.Choose(flow) != more[16] && before.Choose(flow) != after.Choose(flow)), Is.Zero);
        Assert.That(moved, Is.EqualTo(Flows / 17.0).Within(2).Percent);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(4096)]
    public void ChoosesWhatTheRulesSay(int members)
    {
        uint[] identities = Identities(members);
        uint[] weights = [.. Enumerable.Range(0, members).Select(i => (uint)i % 7 + 1)];
        var equal = new EcmpSpread(identities, Weights(members));
        var weighted = new EcmpSpread(identities, weights);

        foreach (uint flow in s_flows.Where((_, i) => i % 9973 == 0))
        {
            Assert.That(equal.Choose(flow), Is.EqualTo(identities.MaxBy(identity => Fmix32.Mix(flow ^ identity))));
            Assert.That(weighted.Choose(flow), Is.EqualTo(identities.Select((identity, i) => (identity, Number: Fmix32.Mix(flow ^ identity), i))
                .OrderBy(member => TimeOf(member.Number) * (1f / weights[member.i])).ThenByDescending(member => member.Number).First().identity));
        }
    }

    [Test]
    public void DependsOnNoOrder()
    {
        uint[] weights = [.. Enumerable.Range(0, 16).Select(i => (uint)i % 3 + 1)];
        var spread = new EcmpSpread(s_sixteen, weights);
        var turned = new EcmpSpread([.. s_sixteen.Reverse()], [.. weights.Reverse()]);

        Assert.That(s_flows.Count(flow => spread.Choose(flow) != turned.Choose(flow)), Is.Zero);
    }

    [Test]
    public void TakesLongerWhereTheNumberIsLower()
    {
        // All that differ in what counts: equal weights choose as none do because of it.
        float last = float.PositiveInfinity;
        int wrong = 0;

        for (uint number = 0; number < 1u << 24; number += 8)
        {
            Vector256<float> times = EcmpSpread.Times((Vector256.Create(number) + Vector256<uint>.Indices) << 8);

            for (int lane = 0; lane < 8; lane++)
            {
                wrong += times[lane] > last || !(times[lane] > 0) ? 1 : 0;
                last = times[lane];
            }
        }

        Assert.That(wrong, Is.Zero);
    }

    private static float TimeOf(uint number) => EcmpSpread.Times(Vector256.Create(number))[0];

    private static Dictionary<uint, int> Count(EcmpSpread spread) => s_flows.CountBy(spread.Choose).ToDictionary();

    private static uint[] Identities(int count) => [.. Enumerable.Range(0, count).Select(i => new EcmpName(IpAddress.FromIpv4(0x0A00_0001 + (uint)i / 4), 16 + (uint)i % 4).Identity())];

    private static uint[] Weights(int count) => [.. Enumerable.Repeat(1u, count)];
}
