package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"nianbao/extract/document"
)

// ocrFlag is --ocr, for the commands that read documents.
type ocrFlag struct {
	OCR bool `name:"ocr" help:"Read scans and pictures with tesseract, if it is installed with chi_sim."`
}

// recognizer is what reads pictures, nil without --ocr. That tesseract or its Chinese data is missing is wrong usage.
func (f ocrFlag) recognizer(ctx context.Context) (document.Recognizer, error) {
	if !f.OCR {
		return nil, nil
	}
	program, err := exec.LookPath("tesseract")
	if err != nil {
		return nil, usageError("--ocr needs tesseract: %w", err)
	}
	languages, err := exec.CommandContext(ctx, program, "--list-langs").Output()
	if err != nil {
		return nil, usageError("--ocr: ask tesseract for its languages: %w", err)
	}
	for line := range strings.Lines(string(languages)) {
		if strings.TrimSpace(line) == ocrLanguage {
			return tesseract{ctx, program}, nil
		}
	}
	return nil, usageError("--ocr needs tesseract's language %s (Debian: tesseract-ocr-chi-sim)", ocrLanguage)
}

const (
	ocrLanguage = "chi_sim"
	ocrTimeout  = 2 * time.Minute // for one picture
	ocrWait     = 5 * time.Second
	ocrOutput   = 16 << 20 // bytes of the answer

	ocrComplaints = 4 << 10 // bytes of what it says on its standard error
)

// tesseract recognises text with the program of that name (version 4 or 5), outside this process.
type tesseract struct {
	ctx     context.Context
	program string
}

// Recognize asks tesseract for the words of one picture, which is a block of lines to it (page segmentation mode 6).
func (t tesseract) Recognize(picture *image.Gray) ([]document.Recognized, error) {
	ctx, cancel := context.WithTimeout(t.ctx, ocrTimeout)
	defer cancel()
	var in bytes.Buffer
	complaints := limitedBuffer{most: ocrComplaints}
	if err := png.Encode(&in, picture); err != nil {
		return nil, fmt.Errorf("encode the picture for tesseract: %w", err)
	}
	c := exec.CommandContext(ctx, t.program, "-", "-", "-l", ocrLanguage, "--psm", "6", "--dpi", "300", "tsv")
	c.Stdin, c.Stderr = &in, &complaints
	c.WaitDelay = ocrWait                             // for whatever holds its output open behind it
	c.Env = append(c.Environ(), "OMP_THREAD_LIMIT=1") // its threads cost more than they save
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start tesseract: %w", err)
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start tesseract: %w", err)
	}
	words, readErr := readWords(io.LimitReader(out, ocrOutput))
	_, _ = io.Copy(io.Discard, out) // or it would wait for a reader for ever
	if err := c.Wait(); err != nil {
		return nil, fmt.Errorf("tesseract: %w: %s", err, strings.TrimSpace(string(complaints.kept)))
	}
	return words, readErr
}

// readWords reads tesseract's table, a line each with tabs between: level, page, block, paragraph, line, word, left, top,
// width, height, confidence, text.
func readWords(in io.Reader) ([]document.Recognized, error) {
	const fields, word = 12, "5"
	var words []document.Recognized
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		record := strings.SplitN(lines.Text(), "\t", fields)
		if len(record) < fields || record[0] != word || strings.TrimSpace(record[11]) == "" {
			continue
		}
		var box [4]int
		for i := range box {
			n, err := strconv.Atoi(record[6+i])
			if err != nil {
				return words, fmt.Errorf("read tesseract's answer: %w", err)
			}
			box[i] = n
		}
		words = append(words, document.Recognized{Text: record[11],
			Box: image.Rect(box[0], box[1], box[0]+box[2], box[1]+box[3])})
	}
	if err := lines.Err(); err != nil {
		return words, fmt.Errorf("read tesseract's answer: %w", err)
	}
	return words, nil
}

// limitedBuffer keeps the beginning of what is written into it.
type limitedBuffer struct {
	kept []byte
	most int
}

// Write keeps what there is room for.
func (b *limitedBuffer) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), b.most-len(b.kept))]...)
	return len(p), nil
}
