using Google.Protobuf.Reflection;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk.Access;

internal sealed class MethodRolesTests
{
    private static readonly string[] s_harmless = ["/vrouter.v1.Control/Export", "/vrouter.v1.Control/Watch"];
    private static readonly string[] s_packets = ["/vrouter.v1.Diagnostics/Capture", "/vrouter.v1.Diagnostics/FollowTraces"];

    [TestCaseSource(nameof(MethodsOfControl))]
    public void LetWhoMayWriteProgram(string method) =>
        Assert.That(MethodRoles.Of(method), Is.EqualTo(s_harmless.Contains(method) ? ControlRole.Read : ControlRole.Write));

    [TestCaseSource(nameof(MethodsOfDiagnostics))]
    public void LetWhoMayReadLookInside(string method) =>
        Assert.That(MethodRoles.Of(method), Is.EqualTo(s_packets.Contains(method) ? ControlRole.Capture : ControlRole.Read));

    [TestCase("/grpc.health.v1.Health/Check")]
    [TestCase("/grpc.health.v1.Health/Watch")]
    [TestCase("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    public void LetWhoMayReadAskForHealthAndServices(string method) => Assert.That(MethodRoles.Of(method), Is.EqualTo(ControlRole.Read));

    [TestCase("")]
    [TestCase("/")]
    [TestCase("/vrouter.v1.Control/export")]
    [TestCase("/vrouter.v1.Control/Export/")]
    [TestCase("/grpc.testing.TestService/EmptyCall")]
    public void TakeWhatTheyDoNotKnowForAChange(string method) => Assert.That(MethodRoles.Of(method), Is.EqualTo(ControlRole.Write));

    private static IEnumerable<string> MethodsOfControl() => MethodsOf(V1.Control.Descriptor);

    private static IEnumerable<string> MethodsOfDiagnostics() => MethodsOf(V1.Diagnostics.Descriptor);

    private static IEnumerable<string> MethodsOf(ServiceDescriptor service) => service.Methods.Select(method => $"/{service.FullName}/{method.Name}");
}
