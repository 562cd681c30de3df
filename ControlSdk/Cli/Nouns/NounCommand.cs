using System.CommandLine;
using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary>The verbs of a kind of object: <c>vif list</c>, <c>vif get 7</c>, <c>vif delete 7</c>.</summary>
internal sealed class NounCommand<T>(Noun<T> noun) where T : IMessage
{
    private readonly Option<uint?> _vrf = NumberOption.Create("--vrf", "Only those in this VRF.", "ID");
    private readonly Option<bool> _derived = new("--derived") { Description = "Also what the vRouter made itself." };

    private readonly Argument<string>[] _key =
    [
        .. noun.KeyParts.Select(part => new Argument<string>(part) { Description = $"The {noun.Title}'s {part.ToLowerInvariant()}{(noun.NameOf is null ? "" : ", or its name")}." }),
    ];

    public Command Create()
    {
        var command = new Command(noun.Name, $"Lists, shows and deletes {noun.Title}s.") { List(), Get(), Delete() };
        return command;
    }

    private Command List()
    {
        var list = new Command("list", $"Lists the {noun.Title}s.");

        if (noun.VrfOf is not null)
        {
            list.Add(_vrf);
        }

        if (noun.CanBeDerived)
        {
            list.Add(_derived);
        }

        Session.SetAction(list, ListAsync);
        return list;
    }

    private Command Get()
    {
        Command get = WithKey(new Command("get", $"Shows one {noun.Title}."));

        if (noun.CanBeDerived)
        {
            get.Add(_derived);
        }

        Session.SetAction(get, GetAsync);
        return get;
    }

    private Command Delete()
    {
        Command delete = WithKey(new Command("delete", $"Deletes one {noun.Title}."));
        Session.SetAction(delete, DeleteAsync);
        return delete;
    }

    private Command WithKey(Command command)
    {
        foreach (Argument<string> part in _key)
        {
            command.Add(part);
        }

        return command;
    }

    private async Task ListAsync(Session session)
    {
        uint? vrf = noun.VrfOf is null ? null : session.Parsed.GetValue(_vrf);
        var listing = new Listing<T>(session, noun.Columns);

        await foreach (T item in ObjectsAsync(session))
        {
            if (vrf is null || noun.VrfOf!(item) == vrf)
            {
                listing.Add(item);
            }
        }

        listing.End();
    }

    private async Task GetAsync(Session session)
    {
        T item = await FindAsync(session);

        if (session.IsJson)
        {
            session.Output.WriteLine(JsonContract.FormatIndented(item));
            return;
        }

        foreach (string line in MessageText.Lines(item))
        {
            session.Output.WriteLine(line);
        }
    }

    private async Task<int> DeleteAsync(Session session)
    {
        V1.ObjectKey key = IsCalledByName(session) ? ContractKey.Of(await FindAsync(session))! : noun.KeyOf(Key(session));
        V1.ApplyResponse response = await session.AskAsync(stop => session.Client.ApplyAsync(new V1.ApplyRequest { Delete = { key } }, stop));

        if (response.Changed == 0)
        {
            throw NotThere(session);
        }

        ApplyText.Print(session, response, $"{ContractText.Describe(key)} deleted");
        return ExitCode.Success;
    }

    private async Task<T> FindAsync(Session session)
    {
        string name = session.Parsed.GetRequiredValue(_key[0]);
        V1.ObjectKey? wanted = IsCalledByName(session) ? null : noun.KeyOf(Key(session));
        List<T> found = [];

        await foreach (T item in ObjectsAsync(session))
        {
            if (wanted is null ? noun.NameOf!(item) == name : wanted.Equals(ContractKey.Of(item)))
            {
                found.Add(item);
            }
        }

        return found.Count switch
        {
            0 => throw NotThere(session),
            1 => found[0],
            _ => throw new CommandException(ExitCode.Refused, $"{found.Count} {noun.Title}s are called {name}: {string.Join(", ", found.Select(item => ContractText.Describe(ContractKey.Of(item))))}"),
        };
    }

    private async IAsyncEnumerable<T> ObjectsAsync(Session session)
    {
        bool derived = noun.CanBeDerived && session.Parsed.GetValue(_derived);

        await foreach (V1.Config piece in StatePieces.ReadAsync(session, derived, noun.Field))
        {
            foreach (T item in noun.Of(piece))
            {
                yield return item;
            }
        }
    }

    private bool IsCalledByName(Session session) => noun.NameOf is not null && !uint.TryParse(session.Parsed.GetRequiredValue(_key[0]), out _);

    private string[] Key(Session session) => [.. _key.Select(part => session.Parsed.GetRequiredValue(part))];

    private CommandException NotThere(Session session) => new(ExitCode.Failed, $"there is no {noun.Title} {string.Join(' ', Key(session))}");
}
