using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Two of our vRouters, AF_XDP to AF_XDP.</summary>
internal sealed class BackToBackTests
{
    private const long Bytes = 200_000_000;

    private NetworkLab _lab = null!;

    [SetUp]
    public void MakeLab() => _lab = new NetworkLab();

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public void AnswerPings(
        [Values(EncapsulationKind.MplsOverUdp, EncapsulationKind.Vxlan, EncapsulationKind.MplsOverGre)] EncapsulationKind encapsulation,
        [Values] bool ipv6Underlay)
    {
        var nodes = new TwoNodes(_lab, encapsulation, ipv6Underlay);

        nodes.Pods[0].AssertReaches("10.0.0.2", payload: 1300);
        nodes.Pods[1].AssertReaches("10.0.0.1", payload: 1300);
        nodes.Pods[0].AssertReaches("fd00::2", payload: 1300);
        nodes.Pods[1].AssertReaches("fd00::1", payload: 1300);
        Array.ForEach(nodes.Nodes, node => node.AssertBalanced());
    }

    [Test]
    public void CarryTcpOverMplsOverUdpBothWays()
    {
        var nodes = new TwoNodes(_lab, EncapsulationKind.MplsOverUdp);

        TcpTransfer.Run(nodes.Pods[0], nodes.Pods[1], "10.0.0.2", Bytes);
        TcpTransfer.Run(nodes.Pods[1], nodes.Pods[0], "10.0.0.1", Bytes);
        Array.ForEach(nodes.Nodes, node => node.AssertBalanced());
    }
}
