using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VRouter.ControlSdk.Cli;

/// <summary>Options that take a number.</summary>
internal static class NumberOption
{
    /// <summary>One that may be left out.</summary>
    public static Option<uint?> Create(string name, string description, string helpName, uint least = 0, uint most = uint.MaxValue) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse(result, result.Tokens[^1].Value, name, least, most),
    };

    /// <summary>One that may be given many times.</summary>
    public static Option<uint[]> CreateMany(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => Parse(result, token.Value, name, 0, uint.MaxValue) ?? 0)],
    };

    /// <summary>One that must be given.</summary>
    public static Option<uint> CreateRequired(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Required = true,
        CustomParser = result => Parse(result, result.Tokens[^1].Value, name, 0, uint.MaxValue) ?? 0,
    };

    private static uint? Parse(ArgumentResult result, string text, string name, uint least, uint most)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{name}: '{text}' is not a number{(least > 0 || most < uint.MaxValue ? $" from {least} to {most}" : "")}");
        return null;
    }
}
