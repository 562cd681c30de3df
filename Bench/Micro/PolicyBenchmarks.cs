using BenchmarkDotNet.Attributes;
using VRouter.Flow;

namespace VRouter.Bench;

/// <summary>Decides on new flows by security groups of few and of many rules, and compiles them.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private PolicySite? _site;

    /// <summary>What the rules differ in.</summary>
    [ParamsAllValues]
    public PolicyKind Kind { get; set; }

    /// <summary>How many rules there are.</summary>
    [Params(10, 1000, 10_000)]
    public int Rules { get; set; }

    private PolicySite Site => _site!;

    /// <summary>Makes the group and the packets.</summary>
    [GlobalSetup]
    public void Build() => _site = PolicySite.Of(Kind, Rules);

    /// <summary>One decision.</summary>
    [Benchmark(OperationsPerInvoke = PolicySite.Packets)]
    public int Decide() => Site.DecideAll();

    /// <summary>The whole group named, compiled and published to a new interface.</summary>
    [Benchmark]
    public CompiledPolicy Compile() => PolicySite.Compile(Site.Group);
}
