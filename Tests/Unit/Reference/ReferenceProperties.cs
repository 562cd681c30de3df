using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The data plane beside the reference.</summary>
[TestFixture]
public sealed class ReferenceProperties
{
    // The same scenarios every time: what changes finds is theirs. The long ones are others each time.
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(40).WithReplay(1, 3);
    private static readonly DropReason[] s_interesting =
    [
        DropReason.None, DropReason.SecurityGroupDenied, DropReason.InvalidSource, DropReason.InvalidSegment, DropReason.UnrelatedError,
        DropReason.FloatingIpPortUnmapped, DropReason.Rejected, DropReason.Discarded, DropReason.NotForUs,
    ];

    private static readonly Config s_longConfig = Config.QuickThrowOnFailure.WithMaxTest(10_000).WithEndSize(100);

    [Test]
    public void AgreesWithTheDataPlane() => Check(s_config);

    [Test]
    [Long]
    public void AgreesWithTheDataPlaneForLong() => Check(s_longConfig);

    [Test]
    public void AgreesWithTheDataPlaneOfManyWorkers([Values(2, 5)] int workers, [Values(1, 5)] int queues) =>
        Check(s_config.WithMaxTest(50), workers, Math.Min(workers, queues));

    [Test]
    [Long]
    public void AgreesWithTheDataPlaneOfManyWorkersForLong([Values(2, 8)] int workers, [Values(1, 8)] int queues) =>
        Check(s_longConfig.WithMaxTest(2_000), workers, Math.Min(workers, queues));

    private static void Check(Config config, int workers = 1, int queues = 1)
    {
        var met = new HashSet<DropReason>();
        int astray = 0;
        Prop.ForAll(Scenarios.All(), scenario => astray += Comparison.TryRun(workers == 1 ? scenario : scenario.WithRoom(), workers, queues, met) ? 0 : 1).Check(config);

        Assert.That(astray, Is.AtMost(config.MaxTest / 100), "almost all scenarios stay where the reference goes");

        // Fewer need not meet everything.
        Assert.That(workers > 1 || s_interesting.All(met.Contains), Is.True, $"met only {string.Join(", ", met)}");
    }
}
