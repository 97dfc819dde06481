// Draws somebody to look at: a small film of a person who sways, blinks and talks, for pictures of the product. Chromium plays it
// as the camera. Shapes are signed distances, so edges are smooth at any size.
using System.Globalization;
using System.Runtime.InteropServices;

namespace Parley.Browser.Tests.Screens;

/// <summary>How a drawn person looks. Colours are 0xRRGGBB.</summary>
internal sealed record Portrait(int Wall, int WallFar, int Light, int Shirt, int Skin, int Hair, HairCut Cut, double Phase);

internal enum HairCut
{
    Short,
    Long,
    Bun,
    Curls,
}

/// <summary>Writes the film of a portrait as YUV4MPEG2.</summary>
internal static class PortraitVideo
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Frames = 24;
    private const int FramesPerSecond = 10;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Colour(double R, double G, double B)
    {
        public static Colour From(int rgb) => new((rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);

        public Colour Mix(Colour other, double share) =>
            new(R + (other.R - R) * share, G + (other.G - G) * share, B + (other.B - B) * share);

        public Colour Shade(double factor) => new(Math.Min(1, R * factor), Math.Min(1, G * factor), Math.Min(1, B * factor));
    }

    public static void Write(string path, Portrait portrait)
    {
        using var file = File.Create(path);
        file.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"YUV4MPEG2 W{Width} H{Height} F{FramesPerSecond}:1 Ip A1:1 C420jpeg\n")));
        var room = Room(portrait);
        for (var frame = 0; frame < Frames; frame++)
        {
            file.Write("FRAME\n"u8);
            file.Write(Frame(portrait, room, 2 * Math.PI * frame / Frames));
        }
    }

    // What stands still is painted once for the whole film.
    private static Colour[] Room(Portrait portrait)
    {
        var painter = new Painter(portrait, time: 0);
        var room = new Colour[Width * Height];
        Parallel.For(0, Height, y =>
        {
            for (var x = 0; x < Width; x++)
                room[y * Width + x] = painter.Room(Across(x), Down(y));
        });
        return room;
    }

    // The unit is the picture's height; the middle is the origin, y points down.
    private static double Across(int x) => (x - Width / 2.0) / Height;

    private static double Down(int y) => (y - Height / 2.0) / Height;

    private static byte[] Frame(Portrait portrait, Colour[] room, double time)
    {
        var luma = Width * Height;
        var picture = new byte[luma * 3 / 2];
        var painter = new Painter(portrait, time);
        Parallel.For(0, Height / 2, pair =>
        {
            for (var column = 0; column < Width / 2; column++)
            {
                var sum = default(Colour);
                for (var dy = 0; dy < 2; dy++)
                {
                    for (var dx = 0; dx < 2; dx++)
                    {
                        var (x, y) = (column * 2 + dx, pair * 2 + dy);
                        var colour = painter.Person(room[y * Width + x], Across(x), Down(y));
                        picture[y * Width + x] = Byte(16 + 219 * Luma(colour));
                        sum = new Colour(sum.R + colour.R / 4, sum.G + colour.G / 4, sum.B + colour.B / 4);
                    }
                }
                var chroma = luma + pair * (Width / 2) + column;
                picture[chroma] = Byte(128 + 224 * (sum.B - Luma(sum)) / 1.772);
                picture[chroma + luma / 4] = Byte(128 + 224 * (sum.R - Luma(sum)) / 1.402);
            }
        });
        return picture;
    }

    private static double Luma(Colour colour) => 0.299 * colour.R + 0.587 * colour.G + 0.114 * colour.B;

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    /// <summary>The picture at one moment of the loop, point by point.</summary>
    private sealed class Painter(Portrait portrait, double time)
    {
        private readonly double _sway = 0.012 * Math.Sin(time + portrait.Phase);
        private readonly double _nod = 0.006 * Math.Sin(2 * time + portrait.Phase);
        private readonly double _mouth = 0.008 + 0.010 * Math.Pow(Math.Sin(3 * time + portrait.Phase), 2);
        private readonly double _eyes = Math.Cos(time + portrait.Phase * 2) > 0.985 ? 0.003 : 0.012;
        private readonly Colour _wall = Colour.From(portrait.Wall);
        private readonly Colour _far = Colour.From(portrait.WallFar);
        private readonly Colour _light = Colour.From(portrait.Light);
        private readonly Colour _shirt = Colour.From(portrait.Shirt);
        private readonly Colour _skin = Colour.From(portrait.Skin);
        private readonly Colour _hair = Colour.From(portrait.Hair);

        public Colour Person(Colour colour, double x, double y)
        {
            // Nobody is out there.
            if (Math.Abs(x) > 0.42 || y < -0.42)
                return colour;
            var (bodyX, headX, headY) = (x - _sway * 0.4, x - _sway, y - _nod + 0.06);
            if (portrait.Cut is HairCut.Long)
                colour = Over(colour, _hair.Shade(0.85), Ellipse(headX, headY - 0.08, 0.19, 0.30));
            if (portrait.Cut is HairCut.Bun)
                colour = Over(colour, _hair.Shade(0.9), Ellipse(headX, headY + 0.25, 0.075, 0.07));
            if (portrait.Cut is HairCut.Curls)
                colour = Over(colour, _hair, Curls(headX, headY + 0.04));
            colour = Over(colour, _shirt.Shade(1 - 0.5 * Math.Abs(bodyX)), Shoulders(bodyX, y));
            colour = Over(colour, _skin.Shade(0.86), Ellipse(headX * 0.8 + bodyX * 0.2, y - 0.12, 0.062, 0.12));
            colour = Over(colour, _skin.Shade(0.93), Ellipse(bodyX, y - 0.225, 0.085, 0.035));
            colour = Over(colour, _skin.Shade(0.92), Math.Min(Ellipse(headX - 0.143, headY, 0.022, 0.04), Ellipse(headX + 0.143, headY, 0.022, 0.04)));
            colour = Over(colour, _hair, Ellipse(headX, headY + 0.035, 0.158, 0.185));
            colour = Over(colour, _skin.Shade(1.04 - 0.8 * Math.Abs(headX + 0.02)), Face(headX, headY));
            colour = Over(colour, _skin.Mix(new Colour(0.85, 0.35, 0.3), 0.25), Cheeks(headX, headY) + 0.004, 0.02);
            return Features(colour, headX, headY);
        }

        private Colour Features(Colour colour, double x, double y)
        {
            var dark = new Colour(0.13, 0.10, 0.10);
            var mirrored = Math.Abs(x) - 0.056;
            colour = Over(colour, new Colour(0.98, 0.97, 0.95), Ellipse(mirrored, y - 0.0, 0.021, _eyes));
            colour = Over(colour, dark, Math.Max(Ellipse(mirrored + 0.3 * _sway, y, 0.0105, 0.0115), Ellipse(mirrored, y, 0.021, _eyes)));
            colour = Over(colour, _hair.Shade(0.8), Math.Max(Ellipse(mirrored, y + 0.026, 0.030, 0.014), -Ellipse(mirrored, y + 0.016, 0.036, 0.013)));
            colour = Over(colour, _skin.Shade(0.82), Ellipse(x, y - 0.052, 0.016, 0.010), 0.008);
            colour = Over(colour, new Colour(0.62, 0.24, 0.24), Math.Max(Ellipse(x, y - 0.092, 0.040, _mouth + 0.008), -(y - 0.090)));
            return Over(colour, new Colour(0.97, 0.95, 0.93), Math.Max(Ellipse(x, y - 0.092, 0.032, _mouth), Math.Abs(y - 0.094) - 0.004));
        }

        public Colour Room(double x, double y)
        {
            var colour = _wall.Mix(_far, Math.Clamp(0.5 + 0.55 * y + 0.25 * x, 0, 1));
            colour = colour.Mix(_light, 0.75 * Math.Exp(-4.5 * (Square(x + 0.55) + Square(y + 0.32))));
            // A shelf and what stands on it, out of focus.
            colour = Over(colour, _far.Shade(0.72), Box(x - 0.62, y + 0.02, 0.24, 0.012), 0.02);
            colour = Over(colour, _shirt.Mix(_wall, 0.45), Box(x - 0.52, y + 0.11, 0.026, 0.085), 0.02);
            colour = Over(colour, _light.Mix(_far, 0.35), Box(x - 0.59, y + 0.095, 0.022, 0.07), 0.02);
            colour = Over(colour, _hair.Mix(_wall, 0.55), Box(x - 0.65, y + 0.12, 0.024, 0.095), 0.02);
            colour = Over(colour, new Colour(0.36, 0.55, 0.40).Mix(_wall, 0.3), Ellipse(x + 0.70, y + 0.06, 0.10, 0.16), 0.03);
            return Over(colour, new Colour(0.72, 0.47, 0.36).Mix(_wall, 0.3), Box(x + 0.70, y - 0.17, 0.06, 0.07), 0.025);
        }

        private static double Shoulders(double x, double y) => Math.Max(Ellipse(x, y - 0.52, 0.36, 0.33), -Ellipse(x, y - 0.185, 0.075, 0.035));

        private double Face(double x, double y)
        {
            var face = Ellipse(x, y - 0.012, 0.137, 0.172);
            var fringe = portrait.Cut switch
            {
                HairCut.Long => Ellipse(x + 0.05, y + 0.15, 0.16, 0.075),
                HairCut.Bun => Ellipse(x, y + 0.165, 0.15, 0.06),
                HairCut.Curls => Ellipse(x, y + 0.16, 0.17, 0.07),
                _ => Ellipse(x - 0.03, y + 0.16, 0.17, 0.07),
            };
            return Math.Max(face, -fringe);
        }

        private static double Curls(double x, double y)
        {
            var nearest = double.MaxValue;
            for (var i = 0; i < 11; i++)
            {
                var angle = Math.PI * (0.02 + 0.096 * i);
                nearest = Math.Min(nearest, Ellipse(x - 0.165 * Math.Cos(angle), y + 0.175 * Math.Sin(angle) - 0.03, 0.062, 0.062));
            }
            return nearest;
        }

        private static double Cheeks(double x, double y) => Ellipse(Math.Abs(x) - 0.085, y - 0.05, 0.02, 0.012);

        // Near the edge this is the distance to it, which is all that smoothing needs.
        private static double Ellipse(double x, double y, double radiusX, double radiusY)
        {
            var scaled = Math.Sqrt(Square(x / radiusX) + Square(y / radiusY));
            return (scaled - 1) * Math.Min(radiusX, radiusY);
        }

        private static double Box(double x, double y, double halfWidth, double halfHeight) =>
            Math.Max(Math.Abs(x) - halfWidth, Math.Abs(y) - halfHeight);

        private static double Square(double value) => value * value;

        private static Colour Over(Colour below, Colour paint, double distance, double softness = 0.003) =>
            below.Mix(paint, Math.Clamp(0.5 - distance / softness, 0, 1));
    }
}
