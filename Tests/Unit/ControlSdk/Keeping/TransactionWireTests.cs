using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk.Keeping;

internal sealed class TransactionWireTests
{
    private readonly TransactionWire _wire = new();

    [Test]
    public void ReadsWhatItWrites() => Prop.ForAll(Models.Any, written =>
    {
        var read = new Transaction();
        List<V1.Problem> problems = [];

        TransactionWire.Read(Write(written), read, problems);

        return problems.Count == 0 && States.Lines(read).SequenceEqual(States.Lines(written)) && read.Deletes.SequenceEqual(written.Deletes);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void WritesARequestOfTheContract()
    {
        V1.ApplyRequest request = V1.ApplyRequest.Parser.ParseFrom(Write(new Transaction { Routes = KeptDirectory.Routes(0, 2).Routes, Deletes = { KeptDirectory.KeyOf(7) } }));

        Assert.That(request.Upsert.Routes.Select(route => route.Prefix), Is.EqualTo(new[] { "10.1.0.0/24", "10.1.1.0/24" }));
        Assert.That(request.Delete.Single().Route.Prefix, Is.EqualTo("10.1.7.0/24"));
    }

    private byte[] Write(Transaction transaction)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _wire.Write(transaction, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
