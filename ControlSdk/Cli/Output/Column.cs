namespace VRouter.ControlSdk.Cli;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its head.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="IsNumber">Whether it is set to the right.</param>
/// <param name="Width">What it takes at least, for tables that grow while they are looked at.</param>
internal sealed record Column<T>(string Title, Func<T, string> Text, bool IsNumber = false, int Width = 0);
