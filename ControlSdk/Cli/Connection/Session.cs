using System.CommandLine;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace VRouter.ControlSdk.Cli;

/// <summary>One run of a verb: the vRouter that it speaks to, and where its answers go.</summary>
internal sealed class Session : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _stop;

    private Session(ParseResult parsed, CancellationToken stop)
    {
        Parsed = parsed;
        IsJson = GlobalOptions.IsJson(parsed);
        _stop = stop;
        _timeout = GlobalOptions.Timeout(parsed);
        _channel = Open(parsed);
    }

    /// <summary>What the user has typed.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Whether answers are to be JSON.</summary>
    public bool IsJson { get; }

    public StandardOutput Output { get; } = new();

    public V1.Control.ControlClient Control => new(_channel);

    public V1.Diagnostics.DiagnosticsClient Diagnostics => new(_channel);

    public Health.HealthClient Health => new(_channel);

    /// <summary>How a call is made that has one answer.</summary>
    public CallOptions Unary => new(deadline: DateTime.UtcNow + _timeout, cancellationToken: _stop);

    /// <summary>How a call is made that goes on.</summary>
    public CallOptions Stream => new(cancellationToken: _stop);

    /// <summary>The user's Ctrl-C.</summary>
    public CancellationToken Stop => _stop;

    /// <summary>Makes a verb do something with a vRouter.</summary>
    public static void SetAction(Command command, Func<Session, Task<int>> action) => command.SetAction(async (parsed, stop) =>
    {
        using var session = new Session(parsed, stop);
        int exitCode = await action(session);
        session.Output.Flush();
        return exitCode;
    });

    /// <inheritdoc cref="SetAction(Command, Func{Session, Task{int}})"/>
    public static void SetAction(Command command, Func<Session, Task> action) => SetAction(command, async session =>
    {
        await action(session);
        return ExitCode.Success;
    });

    /// <summary>The same for what goes on until the user has seen enough: then it has done what was asked.</summary>
    public static void SetLiveAction(Command command, Func<Session, Task> action) => SetAction(command, async session =>
    {
        try
        {
            await action(session);
        }
        catch (Exception e) when (session.Stop.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Ctrl-C.
        }
    });

    public void Dispose()
    {
        _channel.Dispose();
        Output.Dispose();
    }

    private static GrpcChannel Open(ParseResult parsed)
    {
        try
        {
            // Someone waits for the answer, even when it is that there is none.
            return ControlChannel.Open(parsed.GetRequiredValue(GlobalOptions.Address), new ControlChannelOptions { Tls = GlobalOptions.Tls(parsed), Attempts = 1 });
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Refused, $"--address: {e.Message}");
        }
    }
}
