using System.CommandLine;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace VRouter.ControlSdk.Cli;

/// <summary>One run of a verb: the vRouter that it speaks to, and where its answers go.</summary>
internal sealed class Session : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly string _address;
    private readonly TimeSpan _timeout;

    private Session(ParseResult parsed, CancellationToken stop)
    {
        Parsed = parsed;
        IsJson = GlobalOptions.IsJson(parsed);
        Stop = stop;
        _address = parsed.GetRequiredValue(GlobalOptions.Address);
        _timeout = GlobalOptions.Timeout(parsed);
        _channel = Open(parsed, _address);
        Client = new VRouterClient(_channel);
    }

    /// <summary>What the user has typed.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Whether answers are to be JSON.</summary>
    public bool IsJson { get; }

    public StandardOutput Output { get; } = new();

    public VRouterClient Client { get; }

    public Health.HealthClient Health => new(_channel);

    /// <summary>The user's Ctrl-C.</summary>
    public CancellationToken Stop { get; }

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
        catch (Exception e) when (session.Stop.IsCancellationRequested && IsCancellation(e))
        {
            // Ctrl-C.
        }
    });

    /// <summary>Makes a call with one answer, which has to come in time.</summary>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        soon.CancelAfter(_timeout);

        try
        {
            return await call(soon.Token);
        }
        catch (Exception e) when (soon.IsCancellationRequested && !Stop.IsCancellationRequested && IsCancellation(e))
        {
            throw new CommandException(ExitCode.Failed, $"the vRouter at {_address} does not answer within {Amount.Of(_timeout)}");
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        Output.Dispose();
    }

    private static bool IsCancellation(Exception e) => e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled };

    private static GrpcChannel Open(ParseResult parsed, string address)
    {
        try
        {
            // Someone waits for the answer, even when it is that there is none.
            return ControlChannel.Open(address, new ControlChannelOptions { Tls = GlobalOptions.Tls(parsed), Attempts = 1 });
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Refused, $"--address: {e.Message}");
        }
    }
}
